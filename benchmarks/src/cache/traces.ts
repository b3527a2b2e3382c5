/** Requests for keys, as numbers, in their order. */
export type Requests = Int32Array

/** A number from 0 to below 1, from a seed: the same seed gives the same trace on every machine (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface ZipfOptions {
  keys: number
  length: number
  /** The exponent: the key of rank n is asked for in proportion to 1 / n^alpha. */
  alpha: number
  seed: number
  /** The share of requests that are for keys never asked for before or after. @default 0 */
  oneHitWonders?: number
}

/** Independent requests of keys whose popularity follows Zipf's law. */
export function zipf({ oneHitWonders = 0, ...options }: ZipfOptions): Requests {
  const { keys, length, seed } = options
  const random = createRandom(seed)
  const rank = ranks(options, random)
  let once = keys
  return Int32Array.from({ length }, () => (random() < oneHitWonders ? once++ : rank()))
}

/** Zipf, interrupted by scans of keys that come once. */
export function scanned(options: ZipfOptions & { every: number; scan: number }): Requests {
  const rank = ranks(options, createRandom(options.seed))
  const { keys, length, every, scan } = options
  let once = keys
  return Int32Array.from({ length }, (_, at) => (at % (every + scan) < every ? rank() : once++))
}

/** Zipf, where each `every` requests the keys move up by `by` ranks. */
export function shifting(options: ZipfOptions & { every: number; by: number }): Requests {
  const rank = ranks(options, createRandom(options.seed))
  const { keys, length, every, by } = options
  return Int32Array.from({ length }, (_, at) => (rank() + Math.floor(at / every) * by) % keys)
}

/** The same keys over and over. */
export function loop({ keys, length }: { keys: number; length: number }): Requests {
  return Int32Array.from({ length }, (_, at) => at % keys)
}

export interface RecencyOptions {
  length: number
  seed: number
  /** Mean number of distinct keys between two requests of one, exponentially distributed. */
  distance: number
  /** The share of requests that are for new keys. */
  fresh: number
}

/** Pure recency, where LRU is at its best: each request is for the key used a random number of keys ago. */
export function recency({ length, seed, distance, fresh }: RecencyOptions): Requests {
  const random = createRandom(seed)
  const stack = new Int32Array(8 * distance)
  let size = 0
  let keys = 0
  return Int32Array.from({ length }, () => {
    const depth = random() < fresh ? size : Math.floor(-distance * Math.log(1 - random()))
    if (depth < size) {
      const key = stack[depth]!
      stack.copyWithin(1, 0, depth)
      return (stack[0] = key)
    }
    size = Math.min(stack.length, size + 1)
    stack.copyWithin(1, 0, size - 1)
    return (stack[0] = keys++)
  })
}

/** Draws ranks from 0 by Zipf's law. */
function ranks({ keys, alpha }: ZipfOptions, random: () => number): () => number {
  const cumulated = new Float64Array(keys)
  let sum = 0
  for (let rank = 0; rank < keys; rank++) cumulated[rank] = sum += 1 / (rank + 1) ** alpha
  return () => {
    const drawn = random() * sum
    let low = 0
    let high = keys - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (cumulated[middle]! < drawn) low = middle + 1
      else high = middle
    }
    return low
  }
}
