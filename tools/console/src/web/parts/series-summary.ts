import { formatDuration, formatValue, type BudgetUnit } from '@hotpath/core'

/** A series in words, for those who do not see its line. */
export function seriesSummary(
  series: readonly (number | null)[],
  { unit, stepMs }: { unit: BudgetUnit; stepMs: number },
): string {
  const span = `Last ${formatDuration(series.length * stepMs)}`
  const points = series.filter((point) => point !== null)
  if (points.length === 0) return `${span}: nothing measured.`
  const say = (value: number) => formatValue(value, unit)
  return `${span}: from ${say(Math.min(...points))} to ${say(Math.max(...points))}, last ${say(points.at(-1)!)}.`
}
