/** A seeded source of random numbers: the same seed and stream give the same numbers. */
export interface Random {
  /** Uniform in 0…1, 1 excluded; 32 bits. */
  next(): number
  /** A whole number in 0…`bound` − 1. */
  integer(bound: number): number
  /** Uniform between `low` and `high`. */
  between(low: number, high: number): number
  /** One element, each as likely; undefined only when the list is empty. */
  pick<T>(list: readonly T[]): T
  /** Exponentially distributed with mean 1. */
  exponential(): number
  /** Normally distributed with mean 0 and deviation 1 (Box and Muller 1958). */
  normal(): number
}

/** Spreads the low 32 bits of a seed over 32: splitmix32 with the finaliser of MurmurHash3 (Appleby). */
function scramble(seed: number): number {
  let z = ((seed >>> 0) + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}

/**
 * The generator sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, a few nanoseconds per number.
 * `stream` gives independent sources under one seed, such as one per session.
 */
export function createRandom(seed: number, stream = 0): Random {
  let a = scramble(seed)
  let b = scramble(Math.floor(seed / 2 ** 32) ^ a)
  let c = scramble(stream ^ b)
  let counter = 1

  function bits(): number {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  // Neighbouring seeds differ in few bits: a dozen rounds mix them over the whole state.
  for (let round = 0; round < 12; round++) bits()

  const next = () => bits() / 2 ** 32
  return {
    next,
    integer: (bound) => Math.floor(next() * bound),
    between: (low, high) => low + next() * (high - low),
    pick: (list) => list[Math.floor(next() * list.length)]!,
    exponential: () => -Math.log(1 - next()),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}
