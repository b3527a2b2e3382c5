/** What one run says of one side: figures by the names of metrics; what could not be seen is left out. */
export type Sample = Readonly<Record<string, number>>

/** A figure that two sides are compared by. */
export interface Metric {
  /** Stable: it appears in JSON. */
  name: string
  title: string
  better: 'lower' | 'higher'
  /** Whether it decides the verdict; the others are shown. */
  gating: boolean
  /** Added to both sides, so that zeros have a ratio and the difference of two tiny figures is none. */
  floor: number
}

/** Those with little noise first: what they show needs no statistics. */
export const comparedMetrics: readonly Metric[] = [
  metric('statementsPerRequest', 'Statements per request', { floor: 0.01 }),
  metric('cpuMsPerRequest', 'CPU time per request (ms)', { floor: 0.001 }),
  metric('allocatedPerRequest', 'Heap allocated per request (bytes)', { floor: 50 }),
  metric('bytesPerRequest', 'Bytes per request', { floor: 1 }),
  metric('errors', 'Share of errors', { floor: 0.001 }),
  metric('p50', 'p50 (ms)', { floor: 0 }),
  metric('p95', 'p95 (ms)', { floor: 0 }),
  metric('p99', 'p99 (ms)', { floor: 0, gating: false }),
  metric('mean', 'Mean (ms)', { floor: 0, gating: false }),
]

function metric(
  name: string,
  title: string,
  { floor, gating = true }: { floor: number; gating?: boolean },
): Metric {
  return { name, title, better: 'lower', gating, floor }
}

/** ln(b ÷ a), above 0 where b is worse; undefined where one side lacks the figure or it has no ratio. */
export function worsening({ name, better, floor }: Metric, a: Sample, b: Sample): number | undefined {
  const [before, after] = [a[name], b[name]]
  if (before === undefined || after === undefined) return undefined
  const log = Math.log((after + floor) / (before + floor))
  if (!Number.isFinite(log)) return undefined
  return better === 'lower' ? log : -log
}
