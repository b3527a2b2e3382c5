import { formatDuration, formatValue } from '@hotpath/core'
import type uPlot from 'uplot'
import type { ChartData } from './chart-data.ts'
import { drawMarkers } from './draw-markers.ts'

interface PlotOptions {
  element: HTMLElement
  height: number
  /** The data that is shown now; its form (lines, unit, axis) does not change. */
  latest: () => ChartData
  /** Called with the place under the mouse; null when it left. */
  onCursor: (place: number | null) => void
}

/** How a chart is drawn. */
export function plotOptions({ element, height, latest, onCursor }: PlotOptions): uPlot.Options {
  const { axis, unit, lines, bounds = [] } = latest()
  const colour = (name: string) => colourOf(element, name)
  const grid = { stroke: colour('--line'), width: 1 }
  const font = `12px ${getComputedStyle(element).fontFamily}`
  const axes = { stroke: colour('--ink-soft'), font, grid, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    // What the times are counted in.
    ms: 1,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: axis === 'clock' },
      y: { range: (_, low, high) => [Math.min(0, low), topOf(high)] },
    },
    axes: [
      { ...axes, grid: { show: false }, size: 28, ...(axis === 'clock' ? clockTicks : namedTicks(axis)) },
      { ...axes, size: 62, values: (_, ticks) => ticks.map((tick) => formatValue(tick, unit)) },
    ],
    series: [
      {},
      ...lines.map(({ label }, index) => ({
        label,
        stroke: colour(`--series-${(index % 6) + 1}`),
        width: 1.5,
        ...(index >= 3 && { dash: [6, 3] }),
        points: { show: false },
      })),
      ...bounds.map(({ label }) => ({
        label,
        stroke: colour('--ember'),
        width: 1,
        dash: [4, 4],
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(plot) => drawMarkers(plot, { markers: latest().markers ?? [], colour, font })],
      setCursor: [
        (plot) => {
          // Only what the mouse does: the keyboard knows where it points.
          if (plot.cursor.event) onCursor(plot.cursor.idx ?? null)
        },
      ],
    },
  }
}

const topOf = (high: number) => (Number.isFinite(high) && high > 0 ? high * 1.08 : 1)

const byMinute = { hour: '2-digit', minute: '2-digit', hour12: false } as const
const bySecond = { ...byMinute, second: '2-digit' } as const

const clockTicks: Partial<uPlot.Axis> = {
  values: (_, ticks) => {
    const form = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60_000 ? bySecond : byMinute
    return ticks.map((tick) => new Date(tick).toLocaleTimeString([], form))
  },
}

function namedTicks(axis: Exclude<ChartData['axis'], 'clock'>): Partial<uPlot.Axis> {
  const say = (tick: number) => (axis === 'elapsed' ? formatDuration(tick) : formatValue(tick, axis))
  return { values: (_, ticks) => ticks.map(say) }
}

/** A token's colour as it is on this page now; a canvas knows no variables. */
function colourOf(element: HTMLElement, token: string): string {
  const probe = element.appendChild(document.createElement('i'))
  probe.style.color = `var(${token})`
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
