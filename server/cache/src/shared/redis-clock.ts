/** The clock of Redis, as far as its answers tell. */
export interface RedisClock {
  /** Milliseconds of Redis' clock now. */
  now(): number
  toLocal(redisMs: number): number
  /** An answer that was sent for at `sentAt` tells this time. */
  told(redisMs: number, sentAt: number): void
  /** A while has passed. */
  aged(): void
  /** Another server, perhaps: what its predecessor told is worth nothing. */
  restart(): void
}

/** By how much an old time may be beaten by a slower answer, per heartbeat: clocks drift apart. */
const tripDecayMs = 0.05

/** The shorter the way of an answer, the truer its time. */
export function createRedisClock(clock: () => number): RedisClock {
  let offset = 0
  /** Of the answer that the offset was taken from. */
  let bestTrip = Infinity
  return {
    now: () => clock() + offset,
    toLocal: (redisMs) => redisMs - offset,
    told(redisMs, sentAt) {
      const now = clock()
      if (now - sentAt > bestTrip) return
      bestTrip = now - sentAt
      offset = redisMs - (sentAt + now) / 2
    },
    aged: () => void (bestTrip += tripDecayMs),
    restart: () => void (bestTrip = Infinity),
  }
}
