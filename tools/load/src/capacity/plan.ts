import { errors } from '../errors.ts'
import { usedAt } from './demand.ts'
import type { CapacityFit, RefusedKnee } from './fit.ts'
import type { HpaSpec } from './hpa/spec.ts'
import { hpaDefaults } from './hpa/spec.ts'
import type { PodModel } from './hpa/simulate.ts'
import { podOf } from './pod.ts'

/** What the number of pods depends on, beside what one of them serves. */
export interface PodsOptions {
  /** Requests per second at the busiest moment. */
  peak: number
  /** What is kept free beyond the peak, as a share. @default 0.3 */
  headroom?: number
  /** Pods that may be lost without harm. @default 1 */
  spare?: number
  /** Throughput of N pods beside N times that of one, 0…1. @default 1 */
  efficiency?: (pods: number) => number
}

export interface PlanOptions extends PodsOptions {
  /** Names the deployment. */
  name: string
  /** Cores and GiB that a pod requests. @default 1, 1 */
  cores?: number
  memoryGiB?: number
  /** Connections of one pod's pool; null where there is no database. */
  poolSize: number | null
  /** The database's max_connections. @default 100 */
  maxConnections?: number
  /** Cores of the database's primary. @default not checked */
  databaseCores?: number
  /** How fast the traffic grows at its fastest, as a share per minute. @default 0.2 */
  growthPerMinute?: number
  /** From being asked for until a pod takes requests, in seconds. @default 20 */
  startSeconds?: number
}

/** How many pods a peak takes, and what has to hold beside. */
export interface CapacityPlan {
  /** Requests per second that one pod serves within the promise: the lower bound of what was found. */
  ratePerPod: number
  replicas: number
  /** Of these, kept for a failure. */
  spare: number
  /** Target of the autoscaler, per cent of the CPU that is requested. */
  cpuTarget: number
  /** What does not fit, in words; empty where all does. */
  problems: string[]
  connections: { wanted: number; most: number; fits: boolean } | null
  /** Cores of the database at the peak; null where nothing was seen of it. */
  databaseCores: number | null
  hpa: HpaSpec
  pod: PodModel
}

const defaults = {
  headroom: 0.3,
  spare: 1,
  cores: 1,
  memoryGiB: 1,
  maxConnections: 100,
} as const

/** Connections that others need: superusers, migrations, replication. */
export const reservedConnections = 10
/** Share of a database's cores that may be used at the peak. */
export const mostDatabaseUse = 0.7
const mostReplicas = 10_000

/** What is known of a peak without a forecast. */
export interface PlanBound {
  /** Requests per second that one pod was measured to serve within the promise. */
  ratePerPod: number
  /** Pods at most, headroom and spare ones included; null where that is more than anybody runs. */
  mostPods: number | null
  /** The rate from which on measurements would allow a plan; null where higher rates would not help. */
  measureAt: number | null
}

/** Bounds the pods by what was measured, where the knee is refused; null where the promise held at no rate. */
export function boundPods({ held, measureAt }: RefusedKnee, options: PodsOptions): PlanBound | null {
  if (held === null) return null
  return { ratePerPod: held, mostPods: podsFor(held, options), measureAt }
}

/** Plans with what one pod was found to serve. @throws HP_CAPACITY_INPUT when the fit says nothing of the knee */
export function planCapacity(fit: CapacityFit, options: PlanOptions): CapacityPlan {
  const given = { ...defaults, ...options }
  const { knee } = fit
  if ('refused' in knee) throw errors.HP_CAPACITY_INPUT({ file: 'The fit', problem: knee.refused })
  const ratePerPod = knee.prediction.low
  const replicas = podsFor(ratePerPod, given)
  if (replicas === null) {
    const problem = `it would take more than ${mostReplicas} pods`
    throw errors.HP_CAPACITY_INPUT({ file: 'The plan', problem })
  }
  const { model: pod, cpuTarget, atKnee } = podOf(fit, { ...given, ratePerPod })
  const connections = connectionsOf(replicas, given)
  const databaseCores = databaseCoresOf(fit, given.peak)
  const minReplicas = Math.max(2, 1 + given.spare)
  return {
    ratePerPod,
    replicas,
    spare: given.spare,
    cpuTarget,
    connections,
    databaseCores,
    problems: problemsOf({ replicas, connections, databaseCores, atKnee, given }),
    hpa: {
      ...hpaDefaults,
      name: given.name,
      minReplicas,
      maxReplicas: Math.max(minReplicas, Math.ceil(replicas * 1.5)),
      metrics: [{ kind: 'cpu', targetUtilisation: cpuTarget }],
    },
    pod,
  }
}

/** The fewest that serve the peak with its headroom, and the spare ones; more of them may each do less. */
function podsFor(perPod: number, options: PodsOptions): number | null {
  const { peak, headroom, spare, efficiency } = { ...defaults, efficiency: () => 1, ...options }
  const rate = peak * (1 + headroom)
  for (let pods = Math.max(1, Math.ceil(rate / perPod)); pods <= mostReplicas; pods++) {
    if (pods * perPod * efficiency(pods) >= rate) return pods + spare
  }
  return null
}

function connectionsOf(
  replicas: number,
  { poolSize, maxConnections }: { poolSize: number | null; maxConnections: number },
) {
  if (poolSize === null) return null
  const wanted = replicas * poolSize
  const most = maxConnections - reservedConnections
  return { wanted, most, fits: wanted <= most }
}

function databaseCoresOf({ demands }: CapacityFit, peak: number): number | null {
  const database = demands.find(({ resource }) => resource === 'database CPU')
  return database ? usedAt(database, peak) : null
}

interface Facts {
  replicas: number
  connections: CapacityPlan['connections']
  databaseCores: number | null
  atKnee: number
  given: PlanOptions & Record<keyof typeof defaults, number>
}

function problemsOf({ replicas, connections, databaseCores, atKnee, given }: Facts): string[] {
  const problems: string[] = []
  if (connections && !connections.fits) {
    const each = Math.max(1, Math.floor(connections.most / replicas))
    problems.push(
      `${replicas} pods of ${given.poolSize} connections take ${connections.wanted}, and the database has ${connections.most} to give: make pools of ${each}, raise max_connections, or pool in front of it.`,
    )
  }
  if (
    databaseCores !== null &&
    given.databaseCores !== undefined &&
    databaseCores > mostDatabaseUse * given.databaseCores
  ) {
    problems.push(
      `At the peak the database uses ${databaseCores.toFixed(1)} of ${given.databaseCores} cores: cache more, or read from replicas.`,
    )
  }
  if (atKnee > 1) {
    problems.push(
      `A pod at its limit uses ${atKnee.toFixed(2)} times the CPU that it requests: request more cores.`,
    )
  }
  return problems
}
