import { coreErrors } from './errors.ts'

/** A stored histogram: sparse, mergeable, safe in JSON. */
export interface HistogramJSON {
  precisionBits: number
  count: number
  sum: number
  min: number
  max: number
  /** Pairs of bucket index and count, ascending. */
  buckets: [index: number, count: number][]
}

/**
 * A log-linear histogram of times in milliseconds, after HdrHistogram (Tene): constant memory, constant cost to
 * record, relative error below 2^-precisionBits, and two of them merge exactly.
 * Values are held to a microsecond and clamped to 71 minutes.
 */
export interface Histogram {
  /** Adds `ms`, `times` over (nothing when `times` is not above 0). Not a number is counted as 0. */
  record(ms: number, times?: number): void
  /** How many values were recorded. */
  count(): number
  /** Mean in milliseconds; 0 when empty. */
  mean(): number
  min(): number
  max(): number
  /** The value at quantile `q` in 0…1 (nearest rank), in milliseconds; 0 when empty. */
  quantile(q: number): number
  /** How many values were at most `ms`, to the bucket's precision. */
  countAtOrBelow(ms: number): number
  /**
   * Adds what another holds, to this one's precision.
   * @throws HP_HISTOGRAM_INCOMPATIBLE when the other is the coarser one
   */
  merge(other: Histogram | HistogramJSON): void
  reset(): void
  toJSON(): HistogramJSON
}

export interface HistogramOptions {
  /** Relative error is below 2^-precisionBits; memory doubles with each bit (10 bits: 100 kB). @default 10 */
  precisionBits?: number
}

const largestMicros = 2 ** 32 - 1

type Summary = Omit<HistogramJSON, 'buckets'>

/** What one histogram of this module is merged into another by: no copy, since windows are made of many. */
const inside = Symbol('hotpath.histogram')
interface Merging {
  [inside](): Summary & { counts: Float64Array; first: number; last: number }
}

/** Places of the figures that change with every value. */
const [COUNT, SUM] = [0, 1] as const

export function createHistogram({ precisionBits = 10 }: HistogramOptions = {}): Histogram {
  const linear = 2 ** (precisionBits + 1)
  const half = linear / 2
  const counts = new Float64Array(linear + (32 - precisionBits - 1) * half)
  /** Typed: a number in a closure is allocated anew with every change. */
  const figures = new Float64Array(2)
  let least = Infinity
  let most = 0
  /** The buckets that may hold something: most histograms are empty but for a stretch. */
  let first = counts.length
  let last = -1

  function indexOf(micros: number): number {
    if (micros < linear) return micros
    const shift = 31 - Math.clz32(micros) - precisionBits
    return shift * half + (micros >>> shift)
  }

  /** Finer buckets lie within coarser ones whole. */
  function addBucket(bucket: number, count: number, theirs: number): void {
    const index = theirs === precisionBits ? bucket : indexOf(upperBound(bucket, theirs))
    counts[index] = counts[index]! + count
    if (index < first) first = index
    if (index > last) last = index
  }
  function addFigures({ count, sum, min, max }: Summary): void {
    figures[COUNT]! += count
    figures[SUM]! += sum
    if (count === 0) return
    least = Math.min(least, min)
    most = Math.max(most, max)
  }
  function summary(): Summary {
    const count = figures[COUNT]!
    return { precisionBits, count, sum: figures[SUM]!, min: count === 0 ? 0 : least, max: most }
  }
  function merge(other: Partial<Merging> & (Histogram | HistogramJSON)): void {
    const its = other[inside]?.() ?? ('toJSON' in other ? other.toJSON() : other)
    const theirs = its.precisionBits
    if (theirs < precisionBits) throw coreErrors.HP_HISTOGRAM_INCOMPATIBLE({ theirs, ours: precisionBits })
    if ('buckets' in its) for (const [bucket, count] of its.buckets) addBucket(bucket, count, theirs)
    else {
      for (let bucket = its.first; bucket <= its.last; bucket++) {
        const count = its.counts[bucket]!
        if (count !== 0) addBucket(bucket, count, theirs)
      }
    }
    addFigures(its)
  }

  const histogram: Histogram & Merging = {
    [inside]: () => ({ ...summary(), counts, first, last }),
    record(ms, times = 1) {
      if (!(times > 0)) return
      const micros = Math.min(largestMicros, Math.max(0, Math.round(ms * 1000) || 0))
      const index = indexOf(micros)
      counts[index] = counts[index]! + times
      const value = micros / 1000
      figures[COUNT]! += times
      figures[SUM]! += value * times
      if (value < least) least = value
      if (value > most) most = value
      if (index < first) first = index
      if (index > last) last = index
    },
    count: () => figures[COUNT]!,
    mean: () => (figures[COUNT] === 0 ? 0 : figures[SUM]! / figures[COUNT]!),
    min: () => (figures[COUNT] === 0 ? 0 : least),
    max: () => most,
    quantile(q) {
      const total = figures[COUNT]!
      if (total === 0) return 0
      // A little less than the product: 0.55 × 100 is 55.00000000000001 in binary floating point, and means rank 55.
      const rank = Math.max(1, Math.ceil(Math.min(1, Math.max(0, q)) * total * (1 - 4 * Number.EPSILON)))
      let seen = 0
      for (let index = first; index <= last; index++) {
        seen += counts[index]!
        if (seen >= rank) return Math.min(most, Math.max(least, upperBound(index, precisionBits) / 1000))
      }
      return most
    },
    countAtOrBelow(ms) {
      if (!(ms >= 0)) return 0
      // Rounded as recorded values are, so that a value is always at or below itself.
      const until = Math.min(last, indexOf(Math.min(largestMicros, Math.round(ms * 1000))))
      let seen = 0
      for (let index = first; index <= until; index++) seen += counts[index]!
      return seen
    },
    merge,
    reset() {
      if (last !== -1) counts.fill(0, first, last + 1)
      figures.fill(0)
      least = Infinity
      most = 0
      first = counts.length
      last = -1
    },
    toJSON() {
      const buckets: [number, number][] = []
      for (let index = first; index <= last; index++) {
        if (counts[index] !== 0) buckets.push([index, counts[index]!])
      }
      return { ...summary(), buckets }
    },
  }
  return histogram
}

/** The largest microsecond value that falls into bucket `index`. */
function upperBound(index: number, precisionBits: number): number {
  const half = 2 ** precisionBits
  if (index < 2 * half) return index
  const shift = Math.floor(index / half) - 1
  return (index - shift * half + 1) * 2 ** shift - 1
}

/**
 * The histogram that `toJSON` stored.
 * @throws HP_HISTOGRAM_CORRUPT when counts do not add up, a bucket lies outside or a figure is impossible
 */
export function histogramFromJSON(json: HistogramJSON): Histogram {
  const bits = json?.precisionBits
  if (!Number.isInteger(bits) || bits < 1 || bits > 16 || !Array.isArray(json.buckets)) {
    throw coreErrors.HP_HISTOGRAM_CORRUPT({ problem: 'its precision or its buckets are missing' })
  }
  const { min, max, sum } = json
  if (![min, max, sum].every((figure) => Number.isFinite(figure) && figure >= 0) || min > max) {
    throw coreErrors.HP_HISTOGRAM_CORRUPT({ problem: 'its min, max or sum is not a figure it can have' })
  }
  const buckets = 2 ** (bits + 1) + (31 - bits) * 2 ** bits
  let counted = 0
  for (const bucket of json.buckets) {
    const [index, count] = Array.isArray(bucket) ? bucket : [NaN, NaN]
    if (!(Number.isInteger(index) && index >= 0 && index < buckets && Number.isFinite(count) && count > 0)) {
      throw coreErrors.HP_HISTOGRAM_CORRUPT({ problem: `bucket ${index} lies outside its range` })
    }
    counted += count
  }
  if (counted !== json.count) {
    throw coreErrors.HP_HISTOGRAM_CORRUPT({
      problem: `its buckets hold ${counted} values, its count says ${json.count}`,
    })
  }
  const histogram = createHistogram({ precisionBits: bits })
  histogram.merge(json)
  return histogram
}
