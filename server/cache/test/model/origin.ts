/** Where a value came from: a load or a `set`. Sequence numbers order everything that happens in a history. */
export interface Origin {
  key: string
  tags: Set<string>
  ttl: number
  staleWhileRevalidate: number
  beganAt: number
  /** When the value was certainly stored; until then Infinity. */
  settledAt: number
  /** The clock when it arrived. */
  settledTime: number
}

/** An invalidation (hard) or an expiry (soft), once its call returned. */
export interface Cut {
  hard: boolean
  at: number
  time: number
  touches(origin: Origin): boolean
}

/** A read that was answered: when it came, and with what value it went. */
export interface Answer {
  arrivedAt: number
  arrivedTime: number
  /** Sequence number of the answer. */
  answeredAt: number
  /** `get` serves fresh values only. */
  freshOnly: boolean
  key: string
  origin: Origin
  /** The newest beginning of a value of this key that any reader had been given when this one came. */
  newestSeen: number
}

/** What is wrong with an answer; undefined when nothing is. */
export function violation(answer: Answer, cuts: readonly Cut[]): string | undefined {
  const { origin, arrivedAt, key } = answer
  if (origin.key !== key) return `a read of ${key} got a value of ${origin.key}`
  if (origin.beganAt > answer.answeredAt) return 'a value from the future'
  if (origin.beganAt < answer.newestSeen) return `a read of ${key} went back to an older value`
  for (const cut of cuts) {
    const between = origin.beganAt < cut.at && cut.at < arrivedAt
    if (cut.hard && between && cut.touches(origin)) {
      return `a read of ${key} at ${arrivedAt} got what began at ${origin.beganAt}, invalidated at ${cut.at}`
    }
  }
  return tooOld(answer, cuts)
}

/** Holds an answer out of the store against its ttl, its stale window and the expiries in between. */
function tooOld(
  { origin, arrivedAt, arrivedTime, freshOnly }: Answer,
  cuts: readonly Cut[],
): string | undefined {
  if (origin.settledAt > arrivedAt) return undefined
  let freshUntil = origin.settledTime + origin.ttl
  for (const cut of cuts) {
    if (cut.hard || cut.at < origin.beganAt || cut.at > arrivedAt || !cut.touches(origin)) continue
    freshUntil = Math.min(freshUntil, Math.max(cut.time, origin.settledTime))
  }
  const end = freshUntil + (freshOnly ? 0 : origin.staleWhileRevalidate)
  return arrivedTime < end ? undefined : `a value that ended at ${end} was served at ${arrivedTime}`
}
