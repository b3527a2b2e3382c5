import type { SimulatedSecond, SimulationResult } from './hpa/simulate.ts'

const width = 960
const panel = { left: 64, right: 16, height: 150, gap: 46, top: 48 }
const most = 480

/**
 * A simulation as a picture (SVG, with a text for screen readers): traffic above, pods below, and red where the
 * promise did not hold.
 */
export function drawSimulation(
  { seconds, violationMinutes, flaps }: SimulationResult,
  title: string,
): string {
  const steps = thin(seconds)
  const plotWidth = width - panel.left - panel.right
  const x = (index: number) => panel.left + (plotWidth * index) / Math.max(1, steps.length - 1)
  const second = panel.top + panel.height + panel.gap
  const height = second + panel.height + 40
  const highestRate = nice(Math.max(1, ...steps.map(({ rate }) => rate)))
  const highestPods = nice(Math.max(1, ...steps.map(({ replicas }) => replicas)))
  const line = (top: number, highest: number, pick: (step: Step) => number) =>
    steps
      .map(
        (step, index) =>
          `${x(index).toFixed(1)},${(top + panel.height * (1 - pick(step) / highest)).toFixed(1)}`,
      )
      .join(' ')
  const red = steps.flatMap(({ isViolated }, index) =>
    isViolated
      ? [
          `<rect class="bad" x="${x(index).toFixed(1)}" y="${panel.top}" width="${Math.max(1, plotWidth / steps.length).toFixed(1)}" height="${second + panel.height - panel.top}"/>`,
        ]
      : [],
  )
  const summary = `${violationMinutes.toFixed(1)} minutes outside the promise, ${flaps} flaps.`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title summary">`,
    `<title id="title">${escape(title)}</title><desc id="summary">${summary}</desc>`,
    style,
    `<text class="head" x="${panel.left}" y="20">${escape(title)}</text>`,
    `<text x="${panel.left}" y="37">${summary}</text>`,
    ...red,
    ...axis(panel.top, highestRate, 'requests/s'),
    `<polyline class="rate" points="${line(panel.top, highestRate, ({ rate }) => rate)}"/>`,
    ...axis(second, highestPods, 'pods (dashed: ready)'),
    `<polyline class="pods" points="${line(second, highestPods, ({ replicas }) => replicas)}"/>`,
    `<polyline class="ready" points="${line(second, highestPods, ({ ready }) => ready)}"/>`,
    ...hours(seconds.length, x, { steps: steps.length, y: second + panel.height + 20 }),
    '</svg>\n',
  ].join('\n')
}

type Step = SimulatedSecond

/** At most a few hundred steps, each with the worst of its seconds. */
function thin(seconds: readonly SimulatedSecond[]): Step[] {
  const size = Math.ceil(seconds.length / most)
  return Array.from({ length: Math.ceil(seconds.length / size) }, (_, index) => {
    const part = seconds.slice(index * size, (index + 1) * size)
    return {
      rate: Math.max(...part.map(({ rate }) => rate)),
      replicas: Math.max(...part.map(({ replicas }) => replicas)),
      ready: Math.min(...part.map(({ ready }) => ready)),
      isViolated: part.some(({ isViolated }) => isViolated),
    }
  })
}

function axis(top: number, highest: number, name: string): string[] {
  const lines = [0, 0.5, 1].map((share) => {
    const y = top + panel.height * (1 - share)
    return `<line x1="${panel.left}" x2="${width - panel.right}" y1="${y}" y2="${y}"/><text class="figure" x="${panel.left - 8}" y="${y + 4}">${(highest * share).toLocaleString('en-US')}</text>`
  })
  return [`<text x="${panel.left}" y="${top - 8}">${name}</text>`, ...lines]
}

function hours(
  seconds: number,
  x: (index: number) => number,
  { steps, y }: { steps: number; y: number },
): string[] {
  const unit = seconds > 7_200 ? { size: 3_600, name: 'h' } : { size: 60, name: 'min' }
  const total = seconds / unit.size
  const every = nice(Math.max(1, total / 8))
  return Array.from({ length: Math.floor(total / every) + 1 }, (_, index) => {
    const at = ((index * every) / total) * (steps - 1)
    return `<text class="time" x="${x(at).toFixed(1)}" y="${y}">${index * every} ${unit.name}</text>`
  })
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not less. */
function nice(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value))
  return magnitude * ([1, 2, 5, 10].find((step) => step * magnitude >= value) ?? 10)
}

const escape = (text: string) => text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `<style>
svg { background: #fff; color: #222; font: 13px system-ui, sans-serif }
text { fill: currentColor }
.head { font-weight: 600; font-size: 15px }
.figure { text-anchor: end; font-size: 11px }
.time { text-anchor: middle; font-size: 11px }
line { stroke: currentColor; opacity: .15 }
polyline { fill: none; stroke-width: 1.8 }
.rate { stroke: #1a66cc }
.pods { stroke: #1b7f4c }
.ready { stroke: #1b7f4c; stroke-dasharray: 4 3; opacity: .7 }
.bad { fill: #d33; opacity: .22 }
@media (prefers-color-scheme: dark) { svg { background: #16181c; color: #ddd } .rate { stroke: #6aa6ff } .pods, .ready { stroke: #5fd39a } }
</style>`
