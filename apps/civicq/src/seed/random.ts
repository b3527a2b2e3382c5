/** A seeded source of randomness: the same name, the same numbers, on every machine. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** True in `share` of the cases, 0…1. */
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** `count` different elements, in random order; all of them when the list is no longer than that. */
  sample<T>(list: readonly T[], count: number): T[]
  /** A heavy-tailed weight of 1 or more (Pareto); the smaller `shape`, the heavier the tail. */
  pareto(shape: number): number
  /** Exponentially distributed with this mean. */
  exponential(mean: number): number
}

/** The stream called `name`. Each part of the seed has its own, so that a change in one leaves the others alone. */
export function createRandom(name: string): Random {
  const next = mulberry32(hash(name))
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: (list) => list[integer(0, list.length - 1)]!,
    sample: (list, count) => sample(list, count, integer),
    pareto: (shape) => (1 - next()) ** (-1 / shape),
    exponential: (mean) => -Math.log(1 - next()) * mean,
  }
}

/** The first `count` steps of a Fisher–Yates shuffle, on a copy. */
function sample<T>(list: readonly T[], count: number, integer: Random['integer']): T[] {
  const pool = [...list]
  const size = Math.min(count, pool.length)
  for (let at = 0; at < size; at++) {
    const from = integer(at, pool.length - 1)
    const chosen = pool[from]!
    pool[from] = pool[at]!
    pool[at] = chosen
  }
  return pool.slice(0, size)
}

/** FNV-1a over the UTF-16 units: a 32-bit start for the generator. */
function hash(name: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** Mulberry32 (Ettinger, public domain): 32 bits of state are plenty for choosing names. */
function mulberry32(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
