/** A point of a series with how much it counts: 1 ÷ its variance. */
export interface Weighted {
  value: number
  weight: number
}

export interface PartitionOptions {
  /** What each further segment costs, in units of the weighted squared error. */
  penalty: number
  /** Fewest points of a segment. */
  least: number
}

/** Sums over any stretch of a series in constant time. */
export interface Stretches {
  /** Weighted squared error around the mean of the stretch `from`…`to` − 1. */
  error(from: number, to: number): number
}

/** @throws RangeError on an empty series */
export function stretchesOf(series: readonly Weighted[]): Stretches {
  if (series.length === 0) throw new RangeError('There are no stretches of nothing.')
  const weights = new Float64Array(series.length + 1)
  const sums = new Float64Array(series.length + 1)
  const squares = new Float64Array(series.length + 1)
  // Around the first value, so that a small spread far from 0 keeps its digits.
  const origin = series[0]!.value
  for (const [index, { value, weight }] of series.entries()) {
    const offset = value - origin
    weights[index + 1] = weights[index]! + weight
    sums[index + 1] = sums[index]! + weight * offset
    squares[index + 1] = squares[index]! + weight * offset * offset
  }
  return {
    error(from, to) {
      const sum = sums[to]! - sums[from]!
      return squares[to]! - squares[from]! - (sum * sum) / (weights[to]! - weights[from]!)
    },
  }
}

/**
 * Where a series is best cut into stretches of a constant level: the exact minimum of squared error plus a penalty for
 * each cut, by dynamic programming that forgets starts which can no longer win (PELT: Killick, Fearnhead and Eckley,
 * "Optimal Detection of Changepoints With a Linear Computational Cost", 2012). The first indexes of all stretches but
 * the first, ascending.
 */
export function partition(series: readonly Weighted[], { penalty, least }: PartitionOptions): number[] {
  const n = series.length
  if (n < 2 * least) return []
  const { error } = stretchesOf(series)
  const best = new Float64Array(n + 1).fill(Infinity)
  const startOf = new Int32Array(n + 1)
  best[0] = -penalty
  // With a least length, a start that has lost may still be needed until the winner's stretch is long enough.
  const neededUntil = new Float64Array(n + 1).fill(Infinity)
  const starts = new Int32Array(n + 1)
  const costs = new Float64Array(n + 1)
  let count = 0
  for (let end = least; end <= n; end++) {
    starts[count++] = end - least
    for (let place = 0; place < count; place++) {
      const start = starts[place]!
      const cost = best[start]! + error(start, end)
      costs[place] = cost
      if (cost + penalty >= best[end]!) continue
      best[end] = cost + penalty
      startOf[end] = start
    }
    let kept = 0
    for (let place = 0; place < count; place++) {
      const start = starts[place]!
      if (costs[place]! >= best[end]!) neededUntil[start] = Math.min(neededUntil[start]!, end + least)
      if (neededUntil[start]! > end) starts[kept++] = start
    }
    count = kept
  }
  const cuts: number[] = []
  for (let end = startOf[n]!; end > 0; end = startOf[end]!) cuts.push(end)
  return cuts.toReversed()
}
