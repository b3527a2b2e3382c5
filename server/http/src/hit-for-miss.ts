/** Keys whose last response could not be stored: requests for them do not wait for one another. */
export interface HitForMiss {
  has(key: string, now: number): boolean
  /** Remembers a key from `now` on for as long as was agreed. */
  mark(key: string, now: number): void
  /** The same for so many milliseconds: what another process found out. */
  markFor(key: string, now: number, ms: number): void
  clear(key: string): void
}

/** Keys remembered; the longest marked are forgotten first, which costs one wait. */
const maxKeys = 10_000

/** Markers that last `lifetimeMs`. */
export function createHitForMiss(lifetimeMs: number): HitForMiss {
  const until = new Map<string, number>()

  function markFor(key: string, now: number, ms: number): void {
    until.delete(key)
    until.set(key, now + ms)
    if (until.size > maxKeys) until.delete(until.keys().next().value!)
  }
  return {
    has(key, now) {
      const end = until.get(key)
      if (end === undefined) return false
      if (now < end) return true
      until.delete(key)
      return false
    },
    markFor,
    mark: (key, now) => markFor(key, now, lifetimeMs),
    clear: (key) => void until.delete(key),
  }
}
