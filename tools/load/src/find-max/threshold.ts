/** Where a threshold lies, by what is known: the median and an 80 % interval of it. */
export interface ThresholdEstimate {
  value: number
  low: number
  high: number
}

/** What is believed about a threshold; each answer sharpens it. */
export interface Threshold {
  /** Takes in that the budget held, or did not, at `level`. */
  learn(level: number, holds: boolean): void
  estimate(): ThresholdEstimate
}

/** A run may go wrong for reasons that have nothing to do with the rate. */
const chanceOfSlip = 0.03
/** How much the threshold moves from run to run, as standard deviations of its logarithm: which one, is learned too. */
const spreads = [0.02, 0.05, 0.1, 0.2]
const cells = 600
const outside = 0.1

/**
 * Searches a threshold on a logarithmic scale by Bayes' rule, asking always at the median of what is believed: bisection
 * that survives wrong answers (Horstein 1963; Waeber, Frazier and Henderson 2013). At first every level between `least`
 * and `most` is as likely as any other.
 */
export function createThreshold({ least, most }: { least: number; most: number }): Threshold {
  const from = Math.log(least)
  const step = (Math.log(most) - from) / (cells - 1)
  const weights = new Float64Array(cells * spreads.length).fill(1 / (cells * spreads.length))

  function density(): Float64Array {
    const sums = new Float64Array(cells)
    for (const [index, weight] of weights.entries()) sums[index % cells]! += weight
    return sums
  }

  function levelAt(share: number, sums: Float64Array): number {
    let seen = 0
    for (const [index, sum] of sums.entries()) {
      if (seen + sum >= share) return Math.exp(from + step * (index - 0.5 + (share - seen) / sum))
      seen += sum
    }
    return most
  }

  return {
    learn(level, holds) {
      let total = 0
      for (const [row, spread] of spreads.entries()) {
        for (let cell = 0; cell < cells; cell++) {
          const distance = (from + step * cell - Math.log(level)) / spread
          const chance = chanceOfSlip + (1 - 2 * chanceOfSlip) * logistic(distance)
          total += weights[row * cells + cell]! *= holds ? chance : 1 - chance
        }
      }
      for (const [index, weight] of weights.entries()) weights[index] = weight / total
    },
    estimate() {
      const sums = density()
      return { value: levelAt(0.5, sums), low: levelAt(outside, sums), high: levelAt(1 - outside, sums) }
    },
  }
}

/** The logistic curve with the standard deviation of 1: near to the normal distribution, with heavier tails. */
function logistic(x: number): number {
  return 1 / (1 + Math.exp((-x * Math.PI) / Math.sqrt(3)))
}
