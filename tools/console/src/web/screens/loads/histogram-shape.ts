import { type Bin, formatDuration } from '@hotpath/core'

/** A drawn histogram in a box of 100 × 100. */
export interface HistogramShape {
  bars: { x: number; width: number; height: number }[]
  /** Round times along the axis, at per cent of its length. */
  ticks: { at: number; text: string }[]
  /** The same in words. */
  summary: string
}

const gap = 0.15
const roundTimes = [1, 2, 5]

/** Lays out bins of equal width on a logarithmic axis. */
export function histogramShape(bins: readonly Bin[]): HistogramShape {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const width = 100 / bins.length
  const [low, high] = [bins[0]!.from, bins.at(-1)!.to]
  const place = (ms: number) => (100 * Math.log(ms / low)) / Math.log(high / low)
  const mode = bins.reduce((best, bin) => (bin.count > best.count ? bin : best))
  return {
    bars: bins.map(({ count }, index) => ({
      x: round(index * width + gap / 2),
      width: round(width - gap),
      height: round((100 * count) / most),
    })),
    ticks: thinned(
      roundOf(low, high).map((ms) => ({ at: round(place(ms)), text: formatDuration(ms) })),
      8,
    ),
    summary: `From ${formatDuration(low)} to ${formatDuration(high)}; most often ${formatDuration(mode.from)} to ${formatDuration(mode.to)}.`,
  }
}

function roundOf(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low))
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - from + 1 },
    (_, index) => 10 ** (from + index),
  )
  return powers
    .flatMap((power) => roundTimes.map((digit) => digit * power))
    .filter((ms) => ms >= low && ms <= high)
}

/** Every n-th, so that texts do not touch. */
function thinned<T>(items: readonly T[], most: number): T[] {
  const every = Math.ceil(items.length / most)
  return items.filter((_, index) => index % Math.max(1, every) === 0)
}

const round = (value: number) => Math.round(100 * value) / 100
