import {
  boundPods,
  type CapacityPlan,
  fitCapacity,
  hoursPerMonth,
  measuredFrom,
  monthlyCost,
  type PlanBound,
  planCapacity,
  type Prices,
  readPrices,
  type RefusedKnee,
  type StoredRun,
  writeHpa,
} from '@hotpath/load/capacity'
import { boundText, notEmitted } from '../capacity/print-bound.ts'
import { readPromise } from '../capacity/promise.ts'
import { readInputs, readText } from '../capacity/read-inputs.ts'
import { podEfficiency, readScaling } from '../capacity/read-scaling.ts'
import { simulate, type Simulated } from '../capacity/simulate.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { renderTable } from '../table.ts'
import { print, printJson, say } from '../terminal.ts'
import { capacityDeployment } from './capacity-deployment.ts'

export interface CapacityPlanOptions {
  /** Requests per second at the busiest moment; not of a declared deployment, which has its own load. */
  peak?: number
  deployment?: string
  /** How work grows with processes: points, or watched runs. */
  replicas?: readonly string[]
  headroom: number
  spare: number
  cores: number
  memory: number
  pool?: number
  maxConnections: number
  databaseCores?: number
  budget: string
  name: string
  prices?: string
  trace?: string
  emit?: string
  svg?: string
  out?: string
  seed: number
  json: boolean
}

/** Plans for a peak, or checks a declared deployment, from watched runs against one pod. */
export async function capacityPlan(files: readonly string[], options: CapacityPlanOptions): Promise<number> {
  const input = readInputs(files)
  if (input.kind === 'points') {
    const expected = 'results of `hotpath load --observe --out`'
    throw cliErrors.HP_OPTION_INVALID({ option: 'files', given: files.join(' '), expected })
  }
  const { deployment, peak } = options
  if (deployment !== undefined && peak === undefined) {
    return capacityDeployment(input.files, { ...options, deployment })
  }
  if (peak !== undefined && deployment === undefined) return planForPeak(input.files, { ...options, peak })
  const [given, expected] =
    peak === undefined
      ? [
          'nothing',
          'the requests per second to plan for, such as --peak 5000; or name a --deployment instead',
        ]
      : [`${peak}`, 'nothing beside --deployment, which has its own load: leave one of the two out']
  throw cliErrors.HP_OPTION_INVALID({ option: '--peak', given, expected })
}

type PeakOptions = CapacityPlanOptions & { peak: number }

/** Pods, pools, an autoscaler and their cost for a peak. */
function planForPeak(files: readonly { file: string; run: StoredRun }[], options: PeakOptions): number {
  const prices = options.prices === undefined ? null : readPrices(readText(options.prices), options.prices)
  const out = openOutFile(options.out)
  const manifest = openOutFile(options.emit)
  const svg = openOutFile(options.svg)
  const measured = measuredFrom(files)
  const fit = fitCapacity(measured, { ...readPromise(options.budget), seed: options.seed })
  const scaling = podEfficiency(readScaling(options.replicas), files[0]!.run.server!.processes)
  const wanted = { ...planOptions(options, measured.capacity.pool ?? null), ...scaling }
  if ('refused' in fit.knee) return refusePlan(fit.knee, { options, bound: boundPods(fit.knee, wanted) })
  const plan = planCapacity(fit, wanted)
  const simulated =
    options.trace === undefined
      ? null
      : simulate({ spec: plan.hpa, pod: plan.pod, trace: options.trace, scaleTo: options.peak, ...scaling })
  manifest.writeText(writeHpa(plan.hpa))
  if (simulated) svg.writeText(simulated.picture())
  else if (options.svg !== undefined) say('--svg draws the plan over a traffic trace: give --trace.')
  const cost = prices && costOf(prices, { plan, simulated, options })
  const document = {
    ...plan,
    budget: options.budget,
    knee: fit.knee,
    simulation: simulated?.summary ?? null,
    cost,
  }
  out.write(document)
  if (options.json) printJson(document)
  else print(render(plan, { options, simulated, cost }))
  return plan.problems.length > 0 ? exitCode.broken : exitCode.ok
}

/** Beyond what was measured nothing is planned; what was measured is said all the same. */
function refusePlan(
  { refused }: RefusedKnee,
  { options, bound }: { options: PeakOptions; bound: PlanBound | null },
): number {
  const { json, budget, peak, emit } = options
  if (json) printJson({ refused, known: bound })
  else print([`No plan: ${refused}`, boundText(bound, { budget, peak })].join('\n\n'))
  if (emit !== undefined) say(notEmitted(emit))
  return exitCode.inconclusive
}

function planOptions(options: PeakOptions, measuredPool: number | null) {
  const { peak, headroom, spare, cores, memory, maxConnections, databaseCores, name } = options
  return {
    name,
    peak,
    headroom: headroom / 100,
    spare,
    cores,
    memoryGiB: memory,
    poolSize: options.pool ?? measuredPool,
    maxConnections,
    ...(databaseCores !== undefined && { databaseCores }),
  }
}

interface Costing {
  plan: CapacityPlan
  simulated: Simulated | null
  options: PeakOptions
}

/** With a trace, its pod-hours as a share of a month; without one, the peak's pods all month long. */
function costOf(prices: Prices, { plan, simulated, options }: Costing) {
  const podHours = simulated
    ? (simulated.summary.podHours / simulated.summary.hours) * hoursPerMonth
    : plan.replicas * hoursPerMonth
  const cost = monthlyCost(prices, { podHours, cores: options.cores, memoryGiB: options.memory })
  return { ...cost, currency: prices.currency, podHours }
}

interface Rendering {
  options: PeakOptions
  simulated: Simulated | null
  cost: ReturnType<typeof costOf> | null
}

function render(plan: CapacityPlan, { options, simulated, cost }: Rendering): string {
  const { connections, databaseCores, hpa } = plan
  const rows = [
    ['one pod serves', `${plan.ratePerPod.toFixed(0)} requests/s within ${options.budget}`],
    ['pods at the peak', `${plan.replicas}, ${plan.spare} of them spare`],
    ['autoscaler', `${hpa.minReplicas} to ${hpa.maxReplicas} pods at ${plan.cpuTarget}% CPU`],
    ...(connections ? [['connections', `${connections.wanted} of ${connections.most}`]] : []),
    ...(databaseCores === null ? [] : [['database', `${databaseCores.toFixed(1)} cores at the peak`]]),
    ...(simulated ? [['over the trace', simulated.text]] : []),
    ...(cost
      ? [
          [
            'a month',
            `${cost.currency}${cost.total.toFixed(0)}, ${cost.currency}${cost.pods.toFixed(0)} of it for pods`,
          ],
        ]
      : []),
  ]
  const table = renderTable([`For ${options.peak} requests/s`, ''], rows)
  return [table, ...plan.problems.map((problem) => `! ${problem}`)].join('\n\n')
}
