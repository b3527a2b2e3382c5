import type { CacheEntry } from './entry.ts'
import type { Fence, Mark } from './marks.ts'
import type { TagSpace } from './tag-space.ts'

/** One search for a value, and one run of a loader at most, that callers of its key may share. */
export interface Flight {
  readonly name: string
  readonly key: string
  /** The tag space's turn when it began, and when that was in milliseconds. */
  readonly turn: number
  readonly beganAt: number
  /** When callers are no longer to wait for it, in milliseconds. */
  readonly endsAt: number
  /** What the value is known to depend on so far. */
  readonly tags: string[]
  /** Undefined while the loader has not yet returned its promise, and after the end. */
  promise: Promise<unknown> | undefined
  /** Set once the loader has ended. */
  landed: boolean
  /** When its key was expired meanwhile; Infinity otherwise. */
  expiredAt: number
  /** A value that may be served if this does not bring one. */
  spare: CacheEntry | undefined
  /** What it found instead of a load: its marks count as those of the load. */
  found: Fence | undefined
  /** Told when it waits for another process. */
  onWait: (() => void) | undefined
}

/** Who asks to share. */
export interface Caller {
  tags: readonly string[]
  /** The tag space's turn when it came. */
  turn: number
}

/**
 * The loads in flight, at most one per key that may be joined. Only a load that still holds its place here may be
 * kept in memory: losing the place is the fence of a key, a stamp older than a mark is the fence of a tag.
 */
export interface InFlight {
  /** A new load takes the place of its key, and of any load that holds it. */
  begin(place: { name: string; key: string }, tags: readonly string[], timeoutMs: number): Flight
  has(name: string): boolean
  /** The load that this caller may share; the caller's tags count as the load's own from here on. */
  join(name: string, caller: Caller): Flight | undefined
  /**
   * Whether a caller that came at this turn may have the value: the load began after it came, or nothing that the
   * value is known to depend on was changed since the load began. Ask again once the load has ended: it may have
   * found, meanwhile, a tag that was changed before the caller came.
   */
  mayShare(flight: Flight, turn: number): boolean
  /** The load is over. Whether its value may be kept in memory as far as its key goes. */
  land(flight: Flight): boolean
  /** Its search has ended, well or badly: lands it, and lets go of what it held. Once for each. */
  end(flight: Flight): void
  /** Refuses the load of this key its place: no one joins it, and it is not kept. */
  fence(name: string): void
  fenceMatching(matches: (name: string) => boolean): void
  /** What is loaded now under such a key is too old to be fresh. */
  expire(matches: (name: string) => boolean, at: number): void
  /** Searches and loads that have not ended, those that lost their place among them. */
  size(): number
}

export interface InFlightOptions {
  space: TagSpace
  scope: Mark
  clock: () => number
  /** How old a load may be at most that is shared while nothing vouches for what is known, in milliseconds. */
  unprovedMs: number
}

/**
 * A Map links each table that it outgrows to the next, and one of them in the old generation keeps all that went
 * through the later ones from being collected young. A new Map now and then ends that chain.
 */
const loadsPerMap = 1024

export function createInFlight({ space, scope, clock, unprovedMs }: InFlightOptions): InFlight {
  const { trust } = space
  let current = new Map<string, Flight>()
  let begun = 0
  let ended = 0

  function isOvertaken(flight: Flight): boolean {
    if (space.changedSince(flight, scope)) return true
    const { found, key } = flight
    if (found === undefined) return false
    const { standing } = space.check(found, { key, scope })
    return standing === 'overtaken' || standing === 'unknown'
  }

  const mayShare = (flight: Flight, turn: number) => flight.turn >= turn || !isOvertaken(flight)

  function isVouchedFor({ beganAt, endsAt }: Flight): boolean {
    const now = clock()
    return now < endsAt && (now < trust.until || now - beganAt < unprovedMs)
  }

  function land(flight: Flight): boolean {
    flight.landed = true
    if (current.get(flight.name) !== flight) return false
    current.delete(flight.name)
    return true
  }

  return {
    begin({ name, key }, tags, timeoutMs) {
      // Their marks exist before the turn that it begins in: what is changed later is changed since.
      if (tags.length > 0) space.fence(tags, 0, scope)
      const beganAt = clock()
      const flight: Flight = {
        name,
        key,
        turn: trust.turn,
        beganAt,
        endsAt: beganAt + timeoutMs,
        tags: [...tags],
        promise: undefined,
        landed: false,
        expiredAt: Infinity,
        spare: undefined,
        found: undefined,
        onWait: undefined,
      }
      begun += 1
      if (begun % loadsPerMap === 0) current = new Map(current)
      current.set(name, flight)
      return flight
    },
    has: (name) => current.has(name),
    join(name, { tags, turn }) {
      const flight = current.get(name)
      if (flight === undefined) return undefined
      for (const tag of tags) if (!flight.tags.includes(tag)) flight.tags.push(tag)
      return isVouchedFor(flight) && mayShare(flight, turn) ? flight : undefined
    },
    mayShare,
    land,
    end(flight) {
      ended += 1
      land(flight)
      // Outgrown tables of a Map keep what went through it from being collected young: let it be little.
      flight.spare = undefined
      flight.promise = undefined
    },
    fence: (name) => void current.delete(name),
    fenceMatching(matches) {
      for (const name of current.keys()) if (matches(name)) current.delete(name)
    },
    expire(matches, at) {
      for (const flight of current.values())
        if (matches(flight.name)) flight.expiredAt = Math.min(flight.expiredAt, at)
    },
    size: () => begun - ended,
  }
}
