/** Running totals of one cache, since it was made. */
export interface Counters {
  /** Answered fresh from the cache. */
  hits: number
  /** Answered stale, while a new response was fetched. */
  staleHits: number
  /** Of these two, those whose response was not in this process' memory, but in Redis. */
  redisHits: number
  /** Answered by the response another request was already waiting for. */
  collapsed: number
  /** Answered by the handler though the cache was asked. */
  misses: number
  /** Requests the cache had no part in. */
  bypassed: number
  /** Responses collected but not stored, whatever the reason. */
  notStored: number
}

/** All at zero. */
export function createCounters(): Counters {
  return { hits: 0, staleHits: 0, redisHits: 0, collapsed: 0, misses: 0, bypassed: 0, notStored: 0 }
}
