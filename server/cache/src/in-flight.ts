import type { TagSpace } from './tag-space.ts'

/** One run of a loader that callers of its key may share. */
export interface Flight {
  readonly key: string
  /** The tag space's stamp from before the load began. */
  readonly asOf: number
  /** What the value is known to depend on so far. */
  readonly tags: Set<string>
  /** Unset only while the loader has not yet returned its promise. */
  promise?: Promise<unknown>
  /** Set once the loader has ended. */
  landed: boolean
  /** True when the key was expired meanwhile. */
  keyExpired: boolean
  /** The tags expired meanwhile; the load may still turn out to depend on one. */
  readonly expiredTags: Set<string>
}

/** Whether what the load depends on was expired meanwhile: its value is stale at birth. */
export function staleAtBirth({ keyExpired, expiredTags, tags }: Flight): boolean {
  return keyExpired || !expiredTags.isDisjointFrom(tags)
}

/**
 * The loads in flight, at most one per key that may be joined. Only a load that still holds its place here may be
 * stored: losing the place is the fence of a key, a stamp older than a mark is the fence of a tag.
 */
export interface InFlight {
  /** A new load takes the place of its key, and of any load that holds it. */
  begin(key: string, tags: readonly string[]): Flight
  /** The load that this caller may share; the caller's tags count as the load's own from here on. */
  join(key: string, caller: { tags: readonly string[]; arrivedAt: number }): Flight | undefined
  /**
   * Whether a caller that came at this stamp may have the value: the load began after it came, or nothing that the
   * value is known to depend on was advanced since the load began. Ask again once the load has ended: it may have
   * found, meanwhile, a tag that was advanced before the caller came.
   */
  mayShare(flight: Flight, arrivedAt: number): boolean
  /** The load is over. Whether its value may be stored. */
  land(flight: Flight): boolean
  /** Refuses the load of this key its place: no one joins it, and it is not stored. */
  fence(key: string): void
  fenceMatching(matches: (key: string) => boolean): void
  /** What is loaded now is too old to be fresh, where it has such a key or turns out to carry such a tag. */
  expire(matches: (key: string) => boolean, tags: readonly string[]): void
  size(): number
}

export function createInFlight(space: TagSpace): InFlight {
  const current = new Map<string, Flight>()
  const overtaken = (flight: Flight) => space.overtaken([...flight.tags], flight.asOf)
  const mayShare = (flight: Flight, arrivedAt: number) => flight.asOf >= arrivedAt || !overtaken(flight)
  return {
    begin(key, tags) {
      const flight: Flight = {
        key,
        asOf: space.asOf(),
        tags: new Set(tags),
        landed: false,
        keyExpired: false,
        expiredTags: new Set(),
      }
      current.set(key, flight)
      return flight
    },
    join(key, { tags, arrivedAt }) {
      const flight = current.get(key)
      if (flight === undefined) return undefined
      for (const tag of tags) flight.tags.add(tag)
      return mayShare(flight, arrivedAt) ? flight : undefined
    },
    mayShare,
    land(flight) {
      flight.landed = true
      if (current.get(flight.key) !== flight) return false
      current.delete(flight.key)
      return !overtaken(flight)
    },
    fence: (key) => void current.delete(key),
    fenceMatching(matches) {
      for (const key of current.keys()) if (matches(key)) current.delete(key)
    },
    expire(matches, tags) {
      for (const flight of current.values()) {
        if (matches(flight.key)) flight.keyExpired = true
        for (const tag of tags) flight.expiredTags.add(tag)
      }
    },
    size: () => current.size,
  }
}
