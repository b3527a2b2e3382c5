import { median } from '@hotpath/core'
import { errors } from '../../errors.ts'
import { type CapacityFit, fitCapacity, type Promised, type RefusedKnee } from '../fit.ts'
import { measuredFrom, type StoredRun } from '../from-runs.ts'
import type { HpaSpec } from '../hpa/spec.ts'
import { hpaDefaults } from '../hpa/spec.ts'
import type { PodModel } from '../hpa/simulate.ts'
import type { Measured } from '../measured.ts'
import { podOf } from '../pod.ts'
import { type Forecast, furthest } from '../points.ts'
import { databaseWork, replicasFor } from './database-work.ts'
import type { Deployment } from './deployment.ts'
import type { ProcessScaling } from './process-scaling.ts'
import { defaultHeadroom, processesOf, type ResourceUse, resourcesOf } from './resources.ts'
import { type DeploymentVerdict, judgeDeployment } from './verdict.ts'

export interface CheckOptions extends Promised {
  /** Watched runs, all against one number of processes of the instances' kind. */
  files: readonly { file: string; run: StoredRun }[]
  /** How work grows with processes; without it nothing is said beyond twice the measured rate. */
  scaling: ProcessScaling | null
  /** @default 1 */
  seed?: number
}

/** Whether a deployment carries its load, and what of it ends first. */
export interface DeploymentCheck {
  verdict: DeploymentVerdict
  /** In sentences: what does not fit, is not known, or was refused. */
  reasons: string[]
  load: { users: number; requestsPerUser: number; rate: number; headroom: number }
  /** Requests per second and processes that were measured. */
  measured: { rate: number; processes: number; scaledTo: number }
  /** Requests per second within the promise; null where that was refused. */
  ratePerInstance: Forecast | null
  /** Of as many instances as there may be, but the spare ones. */
  carried: Forecast | null
  /** The fewest that carry the load with headroom, with the spare ones; null where no number of them does. */
  instances: number | null
  /** The fewest that do; `readShare` is what they may do of the database's work. Null without replicas or without a view of the database. */
  replicas: { needed: number | null; readShare: number } | null
  /** What ends first at the head. */
  resources: ResourceUse[]
  hpa: HpaSpec | null
  pod: PodModel | null
}

/**
 * Holds a declared deployment against measurements of one instance's processes: rate within the promise, connections,
 * memory, the database's CPU by the share of reads.
 * @throws HP_CAPACITY_INPUT when the runs cannot be used, or say nothing of what a user asks for
 */
export function checkDeployment(deployment: Deployment, options: CheckOptions): DeploymentCheck {
  const { files, scaling } = options
  const measured = measuredFrom(files)
  const processes = files[0]!.run.server!.processes
  const requestsPerUser = deployment.load.requestsPerUser ?? requestsPerUserOf(files)
  const rate = deployment.load.users * requestsPerUser
  const headroom = deployment.load.headroom ?? defaultHeadroom
  const fit = fitCapacity(asDeployed(measured, deployment, processes), options)
  const found = fleetOf(fit, { deployment, scaling, processes, rate })
  const work = databaseWork(measured, deployment.readShare)
  const replicas = work && replicasFor(work, rate, deployment)
  const fleet = 'refused' in found ? null : found
  const spare = deployment.instances.spare ?? 1
  const carried = fleet && fleet.carried(deployment.instances.most - spare)
  const resources = resourcesOf({
    deployment,
    rate,
    carried,
    rssBytes: rssOf(files, processes),
    database: work && { work, replicas: replicas ?? deployment.replicas?.most ?? 0 },
  })
  const wanted = rate * (1 + headroom)
  const needed = fleet && fewest(deployment, (count) => fleet.carried(count - spare).low >= wanted)
  const judged = judgeDeployment({
    refused: 'refused' in found ? found.refused : null,
    resources,
    carried,
    wanted,
    isDatabaseSeen: work !== null,
    hasRedis: deployment.redis !== undefined,
  })
  return {
    ...judged,
    load: { users: deployment.load.users, requestsPerUser, rate, headroom },
    measured: { rate: fit.measured.most, processes, scaledTo: scaling?.most ?? processes },
    ratePerInstance: fleet && fleet.carried(1),
    carried,
    instances: needed,
    replicas: work && deployment.replicas ? { needed: replicas, readShare: work.readShare } : null,
    resources,
    ...autoscaler(fit, { deployment, fleet, processes }),
  }
}

/** Requests per second of one user, as the runs of the closed model had it. */
function requestsPerUserOf(files: CheckOptions['files']): number {
  const seen = files.flatMap(({ run }) => (run.target?.users ? [run.achievedRate / run.target.users] : []))
  if (seen.length > 0) return median(seen)
  throw errors.HP_CAPACITY_INPUT({
    file: 'The deployment',
    problem: 'it names no load.requestsPerUser, and no run is of users (--users)',
  })
}

/** The measured runs, with the resources of the deployment: its own cores and pool, and the database elsewhere. */
function asDeployed(measured: Measured, deployment: Deployment, processes: number): Measured {
  const { cores, poolSize } = deployment.instances
  return {
    ...measured,
    capacity: {
      'event loop': processes,
      'process CPU': (cores * processes) / processesOf(deployment),
      ...(measured.capacity.pool !== undefined && { pool: poolSize * processes }),
    },
  }
}

interface Fleet {
  /** Requests per second that so many instances carry within the promise. */
  carried(instances: number): Forecast
}

interface FleetFacts {
  deployment: Deployment
  scaling: ProcessScaling | null
  processes: number
  rate: number
}

function fleetOf(
  { knee, measured }: CapacityFit,
  { deployment, scaling, processes, rate }: FleetFacts,
): Fleet | { refused: string } {
  if ('refused' in knee) return { refused: `${knee.refused} ${heldText(knee, processes)}` }
  if (scaling === null && rate > furthest * measured.most) {
    return {
      refused: `${figure(rate)} requests/s are more than ${furthest} × ${figure(measured.most)}, the highest rate that was measured, and how the work grows with processes was not: give runs of several numbers of processes (--replicas).`,
    }
  }
  const one = knee.prediction
  const alone = scaling?.efficiency(processes).value ?? 1
  return {
    carried(instances) {
      const count = Math.max(0, instances) * processesOf(deployment)
      if (count === 0) return { value: 0, low: 0, high: 0 }
      const share = scaling?.efficiency(count) ?? { value: 1, low: 1, high: 1 }
      return times((count / processes / alone) * one.value * share.value, [one, share])
    },
  }
}

/** What is known without a forecast. */
function heldText({ held }: RefusedKnee, processes: number): string {
  if (held === null) return 'The budget held at no measured rate.'
  const measured = processes === 1 ? 'one process carried' : `${processes} processes carried`
  return `Measured: ${measured} ${figure(held)}/s within the budget.`
}

/** A product with the bounds of its factors, which have nothing to do with each other. */
function times(value: number, factors: readonly Forecast[]): Forecast {
  const below = Math.hypot(...factors.map((factor) => Math.log(factor.value / factor.low)))
  const above = Math.hypot(...factors.map((factor) => Math.log(factor.high / factor.value)))
  return { value, low: value * Math.exp(-below), high: value * Math.exp(above) }
}

function fewest({ instances }: Deployment, holds: (count: number) => boolean): number | null {
  for (let count = instances.least; count <= instances.most; count++) if (holds(count)) return count
  return null
}

function rssOf(files: CheckOptions['files'], processes: number): number {
  const seen = files.flatMap(({ run }) => run.server!.samples.map(({ rssBytes }) => rssBytes))
  return Math.max(...seen) / processes
}

interface AutoscalerFacts {
  deployment: Deployment
  fleet: Fleet | null
  processes: number
}

/** The declared bounds, and a target that leaves time to start. */
function autoscaler(
  fit: CapacityFit,
  { deployment, fleet, processes }: AutoscalerFacts,
): Pick<DeploymentCheck, 'hpa' | 'pod'> {
  if (fleet === null) return { hpa: null, pod: null }
  const { instances, name } = deployment
  const { model, cpuTarget } = podOf(fit, {
    // What each still carries where there are as many as there may be.
    ratePerPod: fleet.carried(instances.most).low / instances.most,
    measuredPods: processes / processesOf(deployment),
    cores: instances.cores,
  })
  return {
    pod: model,
    hpa: {
      ...hpaDefaults,
      name,
      minReplicas: instances.least,
      maxReplicas: instances.most,
      metrics: [{ kind: 'cpu', targetUtilisation: cpuTarget }],
    },
  }
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
