import type { MetricVerdict } from './verdict.ts'

export interface AdviceOptions {
  /** The share from which on a difference matters. */
  margin: number
  /** What was repeated, and how often: `10 pairs of runs`. */
  repeated: string
  /** Most repetitions that can be asked for. */
  most: number
  /** How so many are asked for: `compare again with --pairs 12..24`. */
  again(needed: number): string
}

/** What would decide the metrics that are open, in sentences; nothing where none is. */
export function adviceOn(metrics: readonly MetricVerdict[], options: AdviceOptions): string[] {
  const { margin, repeated, most, again } = options
  const open = metrics.filter(({ verdict }) => verdict === 'INCONCLUSIVE')
  const [decidable, atMargin] = [open.filter(hasNumber), open.filter((metric) => !hasNumber(metric))]
  const needed = Math.max(0, ...decidable.map(({ pairsNeeded }) => pairsNeeded ?? 0))
  const what =
    needed <= most
      ? `${again(needed)}, which would probably tell.`
      : `about ${needed} would be needed, more than ${most}: give a longer --duration, a quieter machine or a wider --margin.`
  const share = `${Number((100 * margin).toPrecision(3))} %`
  return [
    ...(decidable.length > 0 ? [`${namesOf(decidable)}: ${repeated} leave it open; ${what}`] : []),
    ...(atMargin.length > 0
      ? [
          `${namesOf(atMargin)}: the difference lies at the margin of ${share}, where no number of them decides: give another --margin.`,
        ]
      : []),
  ]
}

const hasNumber = ({ pairsNeeded }: MetricVerdict) => pairsNeeded !== undefined
const namesOf = (metrics: readonly MetricVerdict[]) => metrics.map(({ title }) => title).join(', ')
