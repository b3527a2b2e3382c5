import { normalDensity, normalTail, normalUpperQuantile } from './normal.ts'

/**
 * The share of a two-sided `alpha` that may be spent when `fraction` of the data is there: almost nothing early
 * (Lan and DeMets, "Discrete Sequential Boundaries for Clinical Trials", 1983, for the boundaries of O'Brien and
 * Fleming, "A Multiple Testing Procedure for Clinical Trials", 1979).
 */
function spent(fraction: number, alpha: number): number {
  if (fraction === 0) return 0
  return 4 * normalTail(normalUpperQuantile(alpha / 4) / Math.sqrt(fraction))
}

/**
 * The two-sided p-value that a test must fall below at each look, so that looking several times raises no more false
 * alarms than `alpha` together. The looks are at `fractions` of the whole data, ascending, the last one 1. By
 * integrating the density of what has not been decided yet (Armitage, McPherson and Rowe, "Repeated Significance Tests
 * on Accumulating Data", 1969).
 * @throws RangeError for fractions that do not ascend within 0…1
 */
export function sequentialLevels(fractions: readonly number[], alpha: number): number[] {
  const ascending = fractions.every((fraction, index) => fraction > (fractions[index - 1] ?? 0))
  if (!ascending || fractions.at(-1)! > 1) throw new RangeError('Fractions ascend within 0…1.')
  let undecided: Density | null = null
  let before = 0
  return fractions.map((fraction, index) => {
    const step = fraction - (fractions[index - 1] ?? 0)
    const mass = spent(fraction, alpha) - spent(before, alpha)
    const beyond = (z: number) => exceeding(undecided, { bound: z * Math.sqrt(fraction), step })
    const z = bisect((candidate) => beyond(candidate) > mass)
    undecided = advance(undecided, { bound: z * Math.sqrt(fraction), step })
    before = fraction
    return 2 * normalTail(z)
  })
}

/** A density on evenly spaced points between −bound and bound. */
interface Density {
  points: Float64Array
  /** The density times Simpson's weight of the point. */
  masses: Float64Array
}

interface Look {
  /** Of the sum, whose variance after a fraction of the data is that fraction. */
  bound: number
  /** Variance that came since the look before. */
  step: number
}

/** The probability that the sum lies beyond ±bound now, not having done so before. */
function exceeding(before: Density | null, { bound, step }: Look): number {
  const deviation = Math.sqrt(step)
  if (before === null) return 2 * normalTail(bound / deviation)
  return before.points.reduce((sum, point, index) => {
    const outside = normalTail((bound - point) / deviation) + normalTail((bound + point) / deviation)
    return sum + before.masses[index]! * outside
  }, 0)
}

const intervals = 120

function advance(before: Density | null, { bound, step }: Look): Density {
  const deviation = Math.sqrt(step)
  const width = (2 * bound) / intervals
  const points = Float64Array.from({ length: intervals + 1 }, (_, index) => -bound + index * width)
  const masses = points.map((point, index) => {
    const density = before
      ? before.points.reduce(
          (sum, from, place) => sum + before.masses[place]! * normalDensity((point - from) / deviation),
          0,
        )
      : normalDensity(point / deviation)
    const simpson = index === 0 || index === intervals ? 1 : index % 2 === 1 ? 4 : 2
    return ((density / deviation) * simpson * width) / 3
  })
  return { points, masses }
}

/** Where `tooLow` turns from true to false, as z. */
function bisect(tooLow: (z: number) => boolean): number {
  let [low, high] = [0, 12]
  for (let turn = 0; turn < 45; turn++) {
    const middle = (low + high) / 2
    if (tooLow(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}
