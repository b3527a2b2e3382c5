/** A cache set up for several processes on one Redis, as its own documentation says, behind the calls of the races. */
export interface Contestant {
  /** What it calls getOrLoad, getOrSet or wrap. */
  read(key: string, load: () => Promise<string>, entry: Entry): Promise<unknown>
  delete(key: string): Promise<unknown>
  /** Soft: may be served while it is refreshed. */
  expire?(key: string): Promise<unknown>
  invalidateTag?(tag: string): Promise<unknown>
}

/** What a read asks for; kept for an hour where it says nothing. */
export interface Entry {
  tags?: string[]
  hardTimeoutMs?: number
  /**
   * short: stored so that it is stale, yet kept, after `shortMs`. refreshing: a stale value is served at once while
   * it is loaded anew, and what is loaded then is kept as usual.
   */
  window?: 'short' | 'refreshing'
}

export type Enter = (redisUrl: string) => Promise<Contestant>

/** What a cache can do at all; where it cannot, a race is not applicable. */
export interface Abilities {
  expire: boolean
  tags: boolean
  /** Serves a stale value while it refreshes. */
  refresh: boolean
  hardTimeout: boolean
  /** Keeps values in memory over Redis. */
  memory: boolean
  /** Tells other processes what to drop from memory. */
  push: boolean
}

export const shortMs = 50
export const hourMs = 3_600_000
