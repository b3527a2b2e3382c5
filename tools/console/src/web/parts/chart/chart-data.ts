import { type BudgetUnit, formatDuration, formatValue } from '@hotpath/core'

/** One line of a chart. */
export interface Line {
  label: string
  /** One value for each place of the axis; null where there is none. */
  values: readonly (number | null)[]
  /** @default that of the chart */
  unit?: BudgetUnit
}

/** A bound that a line is held against. */
export interface Bound {
  value: number
  label: string
}

/** Something that may explain a change. */
export interface Marker {
  /** On the axis. */
  at: number
  kind: 'deploy' | 'load' | 'alert'
  text: string
}

export interface ChartData {
  /** What the lines show: `Response times`. */
  title: string
  unit: BudgetUnit
  /** `clock`: milliseconds since 1970; `elapsed`: milliseconds from a start; otherwise plain numbers of this unit. */
  axis: 'clock' | 'elapsed' | BudgetUnit
  /** Ascending. */
  at: readonly number[]
  lines: readonly Line[]
  bounds?: readonly Bound[]
  markers?: readonly Marker[]
}

/** A place of the axis in words. */
export function placeText(axis: ChartData['axis'], at: number): string {
  if (axis === 'clock') return new Date(at).toLocaleTimeString([], { hour12: false })
  return axis === 'elapsed' ? formatDuration(at) : formatValue(at, axis)
}

/** A value of a line in words. */
export function valueText(value: number | null | undefined, unit: BudgetUnit): string {
  return value === null || value === undefined ? 'none' : formatValue(value, unit)
}

/** The chart in a few sentences, for those who do not see its lines. */
export function summaryOf({ at, axis, lines, unit, markers = [] }: ChartData): string {
  if (at.length === 0) return 'Nothing measured.'
  const span = `From ${placeText(axis, at[0]!)} to ${placeText(axis, at.at(-1)!)}.`
  const sentences = lines.map((line) => {
    const values = line.values.filter((value) => value !== null)
    if (values.length === 0) return `${line.label}: nothing measured.`
    const say = (value: number) => formatValue(value, line.unit ?? unit)
    const [low, high] = values.reduce(
      ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
      [values[0]!, values[0]!],
    )
    return `${line.label}: ${say(low)} to ${say(high)}, last ${say(values.at(-1)!)}.`
  })
  const told = markers.map(({ at, text }) => `${placeText(axis, at)}: ${text}.`)
  return [span, ...sentences, ...told].join(' ')
}

/** What stands at one place, in words: `14:03:10: p50 3ms, p95 12ms`. */
export function readingAt({ at, axis, lines, unit }: ChartData, index: number): string {
  const place = at[index]
  if (place === undefined) return ''
  const values = lines.map((line) => `${line.label} ${valueText(line.values[index], line.unit ?? unit)}`)
  return `${placeText(axis, place)}: ${values.join(', ')}`
}
