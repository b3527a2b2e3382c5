import type { Clock } from '@hotpath/core'

/** How long until the next call may be made, in milliseconds; 0 takes a token. */
export type TokenBucket = () => number

/** A bucket that begins full. */
export function createTokenBucket(rate: { perSecond: number; burst: number }, clock: Clock): TokenBucket {
  let tokens = rate.burst
  let filledAt = clock()
  return () => {
    const now = clock()
    tokens = Math.min(rate.burst, tokens + ((now - filledAt) / 1000) * rate.perSecond)
    filledAt = now
    if (tokens < 1) return Math.ceil(((1 - tokens) / rate.perSecond) * 1000)
    tokens -= 1
    return 0
  }
}
