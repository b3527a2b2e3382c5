/** A drawn series in a box of 100 × 100, y downwards. */
export interface SparklineShape {
  /** One path per unbroken run of points. */
  lines: string[]
  /** The same runs, closed to the ground. */
  areas: string[]
  /** The newest point, if the newest slot holds one. */
  head: { x: number; y: number } | null
  /** Where the budget's bound lies; null when there is none or it is far above everything measured. */
  bound: number | null
}

const ceiling = 6
const ground = 96

/** Lays a series out from zero to its peak, with the bound in view when it is within reach of the data. */
export function sparklineShape(series: readonly (number | null)[], bound: number | null): SparklineShape {
  const peak = Math.max(0, ...series.filter((point) => point !== null))
  const boundInView = bound !== null && bound <= peak * 2.5
  const top = Math.max(peak, boundInView ? bound : 0) || 1
  const x = (index: number) => round(series.length < 2 ? 100 : (index / (series.length - 1)) * 100)
  const y = (value: number) => round(ground - (value / top) * (ground - ceiling))

  const runs = unbrokenRuns(series)
  const last = series.at(-1)
  return {
    lines: runs.map((run) => `M${run.map(({ index, value }) => `${x(index)} ${y(value)}`).join('L')}`),
    areas: runs.map((run) => {
      const points = run.map(({ index, value }) => `${x(index)} ${y(value)}`).join('L')
      return `M${x(run[0]!.index)} ${ground}L${points}L${x(run.at(-1)!.index)} ${ground}Z`
    }),
    head: last === null || last === undefined ? null : { x: 100, y: y(last) },
    bound: boundInView ? y(bound) : null,
  }
}

interface Point {
  index: number
  value: number
}

function unbrokenRuns(series: readonly (number | null)[]): Point[][] {
  const runs: Point[][] = []
  let run: Point[] = []
  for (const [index, value] of series.entries()) {
    if (value !== null) run.push({ index, value })
    if (run.length > 0 && (value === null || index === series.length - 1)) {
      runs.push(run)
      run = []
    }
  }
  return runs
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
