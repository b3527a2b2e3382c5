import type { Histogram } from './histogram.ts'

/** One bar of the picture of a distribution: values above `from`, up to `to`. */
export interface Bin {
  from: number
  to: number
  count: number
}

const smallest = 0.001

/** A histogram in bins of equal width on a logarithmic axis. */
export function binsOf(histogram: Histogram, bins: number): Bin[] {
  const low = Math.max(smallest, histogram.min())
  const high = Math.max(low * 1.05, histogram.max())
  const edge = (index: number) => low * (high / low) ** (index / bins)
  let below = 0
  return Array.from({ length: bins }, (_, index) => {
    // What rounding leaves above the last edge belongs into the last bin.
    const upTo = index === bins - 1 ? histogram.count() : histogram.countAtOrBelow(edge(index + 1))
    const bin = { from: edge(index), to: edge(index + 1), count: upTo - below }
    below = upTo
    return bin
  })
}
