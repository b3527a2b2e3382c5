import { monthlyCost, hoursPerMonth, readHpa, readPrices } from '@hotpath/load/capacity'
import { readPod } from '../capacity/read-pod.ts'
import { readText } from '../capacity/read-inputs.ts'
import { podEfficiency, readScaling } from '../capacity/read-scaling.ts'
import { simulate } from '../capacity/simulate.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { print, printJson } from '../terminal.ts'

export interface CapacitySimulateOptions {
  trace: string
  /** What `hotpath capacity plan --out` wrote, for how a pod behaves. */
  plan: string
  /** How work grows with processes, of which a pod of the plan is one: points, or watched runs. */
  replicas?: readonly string[]
  prices?: string
  memory: number
  svg?: string
  json: boolean
}

/** Plays a traffic trace against an autoscaler's manifest. */
export async function capacitySimulate(file: string, options: CapacitySimulateOptions): Promise<number> {
  const svg = openOutFile(options.svg)
  const spec = readHpa(readText(file), file)
  const pod = readPod(options.plan)
  const prices = options.prices === undefined ? null : readPrices(readText(options.prices), options.prices)
  const { summary, text, picture } = simulate({
    spec,
    pod,
    trace: options.trace,
    ...podEfficiency(readScaling(options.replicas), 1),
  })
  svg.writeText(picture())
  const podHours = (summary.podHours / summary.hours) * hoursPerMonth
  const cost = prices && {
    ...monthlyCost(prices, { podHours, cores: pod.requestCores, memoryGiB: options.memory }),
    currency: prices.currency,
  }
  if (options.json) printJson({ ...summary, cost })
  else {
    print(text)
    if (summary.violationMinutes > 0) print(roomText(spec))
    if (cost) print(`A month like this: ${cost.currency}${cost.total.toFixed(0)}`)
  }
  return summary.violationMinutes > 0 ? exitCode.broken : exitCode.ok
}

/** What keeps a fleet within the promise where it was not. */
function roomText({ minReplicas, maxReplicas, metrics }: ReturnType<typeof readHpa>): string {
  const targets = metrics.map((metric) =>
    metric.kind === 'cpu'
      ? `a CPU target below ${metric.targetUtilisation}%`
      : `a target below ${metric.targetAverage} requests/s of a pod`,
  )
  return `! More room: ${targets.join(', ')}, or more than ${minReplicas} pods at least; more than ${maxReplicas} where all of them were in use.`
}
