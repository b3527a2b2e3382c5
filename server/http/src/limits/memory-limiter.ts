import type { Rate } from './gcra.ts'

/** What a limit says of one request. */
export interface Verdict {
  admitted: boolean
  /** Requests left after this one. */
  remaining: number
  /** Milliseconds until the whole limit is there again. */
  wholeInMs: number
  /** Of a refused request: milliseconds until it would be admitted; 0 of an admitted one. */
  retryInMs: number
  /** Refused because Redis, which would know, is away. */
  isUnknown: boolean
}

/** A limit kept in this process, for many keys. */
export interface MemoryLimiter {
  /** Takes `cost` requests of a key, or none. The verdict is one object that the next call writes over. */
  take(key: string, cost: number): Readonly<Verdict>
  /** Gives back what `take` took for a request that was not admitted after all. */
  give(key: string, cost: number): void
  /** Keys held. */
  size(): number
}

export interface MemoryLimiterOptions {
  readonly rate: Rate
  /** Most keys held. Beyond it the one that is nearest to forgetting anyway is forgotten. */
  readonly maxKeys: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** Places looked at to find one for a new key. */
const looks = 16

/**
 * The limit without Redis. The states lie in one typed array, so that a request allocates nothing; a key whose limit
 * is whole again says no more than one that is not there, so its place is taken first.
 */
export function createMemoryLimiter({ rate, maxKeys, now }: MemoryLimiterOptions): MemoryLimiter {
  const { intervalUs, toleranceUs } = rate
  const places = new Map<string, number>()
  const keys: string[] = []
  let wholeAt = new Float64Array(Math.min(maxKeys, 256))
  let hand = 0
  const verdict: Verdict = { admitted: true, remaining: 0, wholeInMs: 0, retryInMs: 0, isUnknown: false }

  function placeOf(key: string, nowUs: number): number {
    const known = places.get(key)
    if (known !== undefined) return known
    const place = keys.length < maxKeys ? newPlace() : freePlace(nowUs)
    const former = keys[place]
    if (former !== undefined) places.delete(former)
    keys[place] = key
    places.set(key, place)
    wholeAt[place] = 0
    return place
  }

  function newPlace(): number {
    if (keys.length === wholeAt.length) {
      const larger = new Float64Array(Math.min(maxKeys, 2 * wholeAt.length))
      larger.set(wholeAt)
      wholeAt = larger
    }
    return keys.length
  }

  /** The first whose limit is whole again, or of so many in turn the one that is whole the soonest. */
  function freePlace(nowUs: number): number {
    let soonest = hand
    for (let look = 0; look < Math.min(looks, maxKeys); look++) {
      const place = hand
      hand = hand + 1 === maxKeys ? 0 : hand + 1
      if (wholeAt[place]! <= nowUs) return place
      if (wholeAt[place]! < wholeAt[soonest]!) soonest = place
    }
    return soonest
  }

  return {
    take(key, cost) {
      const nowUs = Math.floor(now() * 1000)
      const place = placeOf(key, nowUs)
      const before = wholeAt[place]! > nowUs ? wholeAt[place]! : nowUs
      const left = Math.floor((nowUs + toleranceUs - before) / intervalUs)
      verdict.admitted = left >= cost
      verdict.isUnknown = false
      const after = verdict.admitted ? before + cost * intervalUs : before
      wholeAt[place] = after
      verdict.remaining = verdict.admitted ? left - cost : left
      verdict.wholeInMs = (after - nowUs) / 1000
      verdict.retryInMs = verdict.admitted ? 0 : (before + cost * intervalUs - toleranceUs - nowUs) / 1000
      return verdict
    },
    give(key, cost) {
      const place = places.get(key)
      if (place !== undefined) wholeAt[place]! -= cost * intervalUs
    },
    size: () => places.size,
  }
}
