import { parseBudget } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'
import type { TimelinePoint } from '../record/timeline.ts'
import { type Axis, chart, linearAxis, type Series } from './chart.ts'
import { count, figure, ms } from './figures.ts'
import { html, type Markup, nothing } from './markup.ts'
import { clockText, ticksUpTo, timeTicks } from './scale.ts'
import { chartTable } from './table.ts'

/** What a chart over time shows. */
export interface TimeChart {
  title: string
  /** Milliseconds from the start of the measured time. */
  xs: readonly number[]
  series: readonly Series[]
  label: (value: number) => string
  bounds?: readonly { value: number; label: string }[]
}

/** A card with a chart over time and its figures as a table. */
export function timeCard({ title, xs, series, label, bounds = [] }: TimeChart): Markup {
  const values = series.flatMap((line) => line.values).filter((value) => value !== null)
  const highest = Math.max(0, ...values)
  // A bound far above all values would press them flat on the ground.
  const shown = bounds.filter(({ value }) => value <= highest * 3)
  const most = Math.max(highest, ...shown.map(({ value }) => value))
  const rows = xs.map((at, index) => [
    clockText(at),
    ...series.map((line) => {
      const value = line.values[index] ?? null
      return value === null ? '–' : label(value)
    }),
  ])
  return html`<section class="card">
    <h3>${title}</h3>
    ${chart({
      title: `${title}: ${series.map(({ name }) => name).join(', ')} over time`,
      x: timeAxis(xs),
      y: linearAxis(ticksUpTo(most, 4), label),
      xs,
      series,
      bounds: shown,
    })}${chartTable(title, ['Time', ...series.map(({ name }) => name)], rows)}
  </section>`
}

function timeAxis(xs: readonly number[]): Axis {
  const first = Math.min(0, xs[0] ?? 0)
  const total = Math.max(1, (xs.at(-1) ?? 1) - first)
  return {
    ticks: timeTicks(xs.at(-1) ?? 1, 7),
    label: clockText,
    place: (value) => (value - first) / total,
  }
}

/** Rate and errors, percentiles, and the generator's own lateness. */
export function timelineCards(result: RunResult): Markup {
  const { points } = result.timeline
  if (points.length < 2) return nothing
  // After the measured time nothing is sent, which is no fall of the rate.
  const measured = points.filter(({ atMs }) => atMs < result.target.durationMs)
  const of = (pick: (point: TimelinePoint) => number | null) => points.map(pick)
  const rateOf = (pick: (point: TimelinePoint) => number) => measured.map(pick)
  const rate = (value: number) => (value >= 1000 ? count(Math.round(value)) : figure(value))
  return html`${timeCard({
    title: 'Requests and errors per second',
    xs: measured.map(({ atMs }) => atMs),
    series: [
      { name: 'sent', values: rateOf((point) => point.sentRate) },
      { name: 'errors', values: rateOf((point) => point.errorRate) },
      { name: 'right answers', values: rateOf((point) => point.answeredRate) },
    ],
    label: rate,
  })}${timeCard({
    title: 'Response time',
    xs: points.map(({ atMs }) => atMs),
    series: [
      { name: 'p50', values: of((point) => point.p50) },
      { name: 'p95', values: of((point) => point.p95) },
      { name: 'p99', values: of((point) => point.p99) },
    ],
    label: ms,
    bounds: timeBounds(result),
  })}`
}

/** How late the generator sent, over time. */
export function latenessCard({ timeline }: RunResult): Markup {
  const { points } = timeline
  if (points.length < 2) return nothing
  return timeCard({
    title: 'Lateness of the generator, p99',
    xs: points.map(({ atMs }) => atMs),
    series: [{ name: 'lateness p99', values: points.map((point) => point.latenessP99) }],
    label: ms,
  })
}

function timeBounds({ budgets }: RunResult): { value: number; label: string }[] {
  return budgets
    .map(({ text }) => parseBudget(text))
    .filter(({ metric, unit }) => metric === 'latency' && unit === 'ms')
    .map(({ text, bound }) => ({ value: bound, label: text }))
}
