import { html, type Markup } from './markup.ts'

/** A line of a chart; null leaves a gap. */
export interface Series {
  name: string
  values: readonly (number | null)[]
}

/** An axis: where its ticks are, and how a value becomes a place in 0…1. */
export interface Axis {
  ticks: readonly number[]
  label: (tick: number) => string
  place: (value: number) => number
}

export interface ChartOptions {
  /** What a screen reader hears instead of the picture. */
  title: string
  x: Axis
  y: Axis
  xs: readonly number[]
  series: readonly Series[]
  /** Lines that should not be crossed. */
  bounds?: readonly { value: number; label: string }[]
  /** Bars from the ground instead of lines; for one series. */
  bars?: boolean
}

const width = 520
const height = 230
const frame = { left: 52, right: 12, top: 12, bottom: 26 }
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom }

/** A linear axis from 0 to its last tick. */
export function linearAxis(ticks: readonly number[], label: (tick: number) => string): Axis {
  const most = ticks.at(-1) || 1
  return { ticks, label, place: (value) => Math.min(1, value / most) }
}

/** A logarithmic axis between its ticks. */
export function logAxis(ticks: readonly number[], label: (tick: number) => string): Axis {
  const [low, high] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)]
  const span = high - low || 1
  return { ticks, label, place: (value) => Math.min(1, Math.max(0, (Math.log(value) - low) / span)) }
}

/** A chart as inline SVG, with a legend below when there are several series. */
export function chart(options: ChartOptions): Markup {
  const { title, x, y, series, bounds = [], bars = false } = options
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
      ${grid(x, y)}${series.map((line, index) =>
        bars ? barsOf(line, options) : pathOf(line, index, options),
      )}${bounds.map(
        ({ value, label }) =>
          html`<line
              class="bound"
              x1="${frame.left}"
              x2="${width - frame.right}"
              y1="${down(y, value)}"
              y2="${down(y, value)}"
            /><text
              class="bound-label"
              x="${width - frame.right - 4}"
              y="${down(y, value) - 4}"
              text-anchor="end"
              >${label}</text
            >`,
      )}</svg
    >${series.length > 1 ? legend(series) : null}`
}

function grid(x: Axis, y: Axis): Markup {
  const bottom = height - frame.bottom
  return html`${y.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${frame.left}"
            x2="${width - frame.right}"
            y1="${down(y, tick)}"
            y2="${down(y, tick)}"
          /><text x="${frame.left - 6}" y="${down(y, tick) + 4}" text-anchor="end">${y.label(tick)}</text>`,
    )}${x.ticks.map(
      (tick) =>
        html`<text x="${right(x, tick)}" y="${bottom + 17}" text-anchor="middle">${x.label(tick)}</text
          ><line
            class="tick"
            x1="${right(x, tick)}"
            x2="${right(x, tick)}"
            y1="${bottom}"
            y2="${bottom + 4}"
          />`,
    )}<line class="axis" x1="${frame.left}" x2="${width - frame.right}" y1="${bottom}" y2="${bottom}" />`
}

function pathOf({ values }: Series, index: number, { x, y, xs }: ChartOptions): Markup {
  let path = ''
  let drawing = false
  for (const [at, value] of values.entries()) {
    if (value === null) drawing = false
    else {
      path += `${drawing ? 'L' : 'M'}${right(x, xs[at]!)} ${down(y, value)}`
      // A point between two gaps would be a line without length: its round cap makes it a dot.
      if (!drawing && (values[at + 1] ?? null) === null) path += 'h0'
      drawing = true
    }
  }
  return html`<path class="line s${index + 1}" d="${path}" />`
}

function barsOf({ values }: Series, { x, y, xs }: ChartOptions): Markup {
  const ground = height - frame.bottom
  let path = ''
  for (const [at, value] of values.entries()) {
    if (value === null || value === 0) continue
    const [left, end] = [right(x, xs[at]!), right(x, xs[at + 1]!)]
    path += `M${left} ${ground}V${down(y, value)}H${Math.max(left + 0.5, end - 1)}V${ground}Z`
  }
  return html`<path class="bar" d="${path}" />`
}

function legend(series: readonly Series[]): Markup {
  return html`<p class="legend" aria-hidden="true">
    ${series.map(
      ({ name }, index) =>
        html`<span
          ><svg viewBox="0 0 24 8" width="24" height="8"><path class="line s${index + 1}" d="M1 4H23" /></svg
          >${name}</span
        >`,
    )}
  </p>`
}

const right = (x: Axis, value: number) => tenth(frame.left + x.place(value) * inner.width)
const down = (y: Axis, value: number) => tenth(frame.top + (1 - y.place(value)) * inner.height)
const tenth = (value: number) => Math.round(value * 10) / 10
