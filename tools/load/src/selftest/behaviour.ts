import { createRandom, type Random } from '../random/random.ts'

/** How a fault server answers; times in milliseconds. Everything random comes from `seed`. */
export type Behaviour = { seed?: number } & (
  | { kind: 'constant'; delayMs: number }
  /** Most answers near `medianMs`, a long tail to the right. */
  | { kind: 'lognormal'; medianMs: number; sigma: number }
  /** Two groups: hits and misses. */
  | { kind: 'bimodal'; fastMs: number; slowMs: number; slowShare: number }
  /** A few answers take very long. */
  | { kind: 'outliers'; delayMs: number; outlierMs: number; share: number }
  /** No answer leaves for `lengthMs`, from `fromMs` after the first request on; requests are accepted. */
  | { kind: 'stall'; delayMs: number; fromMs: number; lengthMs: number }
  /** The event loop is busy for `lengthMs`, every `everyMs` after the first request. */
  | { kind: 'block'; delayMs: number; everyMs: number; lengthMs: number }
  /** The head comes at once, the end of the body after `delayMs`. */
  | { kind: 'slow-body'; delayMs: number }
  /** A share of the connections is reset instead of answered. */
  | { kind: 'resets'; delayMs: number; share: number }
)

/** What happens to one request. */
export interface Fate {
  /** From its arrival to the end of its answer, were the server otherwise idle. */
  delayMs: number
  /** Whether the head is sent at once, and only the body is late. */
  headFirst: boolean
  /** Whether the connection is reset instead. */
  reset: boolean
}

/** Decides the fate of one request after the other; the same seed gives the same fates. */
export function createFates(behaviour: Behaviour): () => Fate {
  const random = createRandom(behaviour.seed ?? 1)
  return () => ({
    delayMs: delayOf(behaviour, random),
    headFirst: behaviour.kind === 'slow-body',
    reset: behaviour.kind === 'resets' && random.next() < behaviour.share,
  })
}

function delayOf(behaviour: Behaviour, random: Random): number {
  switch (behaviour.kind) {
    case 'lognormal':
      return behaviour.medianMs * Math.exp(behaviour.sigma * random.normal())
    case 'bimodal':
      return random.next() < behaviour.slowShare ? behaviour.slowMs : behaviour.fastMs
    case 'outliers':
      return random.next() < behaviour.share ? behaviour.outlierMs : behaviour.delayMs
    default:
      return behaviour.delayMs
  }
}

/** The moment of an answer due at `at`: its own, or the end of the stall that it falls into. */
export function heldUntil(behaviour: Behaviour, at: number, firstAt: number): number {
  if (behaviour.kind !== 'stall') return at
  const from = firstAt + behaviour.fromMs
  return at >= from && at < from + behaviour.lengthMs ? from + behaviour.lengthMs : at
}
