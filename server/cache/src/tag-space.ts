import type { Clock } from '@hotpath/core'
import { cacheErrors } from './errors.ts'
import { describe } from './describe.ts'
import type { Fence, Judgement, Mark, MarkHolder } from './marks.ts'
import type { SharedTier } from './shared/tier.ts'
import type { Timers } from './shared/timers.ts'

/** What the hot path of every cache looks at. */
export interface Trust {
  /** Grows when everything known was forgotten: what was proved in an older one is unknown. */
  generation: number
  /** Until when, in milliseconds of `clock`, what is known may be relied on; Infinity in one process. */
  until: number
  /** Counts what this process was told, or did itself: orders events within the process. */
  turn: number
  /** The turn of the last time that everything was forgotten. */
  forgotten: number
}

/** What to change at once. */
export interface Change {
  tags: readonly string[]
  /** Namespace and key. */
  keys: readonly (readonly [namespace: string, key: string])[]
  /** Namespace and glob. */
  patterns: readonly (readonly [namespace: string, pattern: string])[]
  /** False expires. */
  hard: boolean
  /** Wait for Redis, or for every live process. */
  ack: 'redis' | 'fleet'
}

/** What is named, invalidated for all. */
export const invalidationOf = (what: Partial<Pick<Change, 'tags' | 'keys' | 'patterns'>>): Change => ({
  tags: [],
  keys: [],
  patterns: [],
  ...what,
  hard: true,
  ack: 'redis',
})

export interface Receipt {
  /** False when Redis could not be reached: it took effect here, and is sent as soon as Redis is back. */
  acknowledged: boolean
  /** Entries that were dropped from Redis. */
  removed: number
}

/** A load as it began. */
export interface LoadBegin {
  readonly turn: number
  readonly key: string
  readonly tags: Iterable<string>
}

/** Something kept, to be judged: its key, and the mark of its namespace. */
export interface About {
  readonly key: string
  readonly scope: Mark
}

/**
 * The tags of one application, shared by its object caches and its HTTP cache. It answers one question: was anything
 * that this value depends on changed after its load began? Stamps count changes, never time, so no clock matters.
 */
export interface TagSpace {
  readonly trust: Readonly<Trust>
  /** Milliseconds: that of its caches, too. */
  readonly clock: Clock
  /** The stamp to take before a load begins. It never falls but with a new generation. */
  asOf(): number
  /** The mark of a namespace, under which its patterns are kept. */
  scope(namespace: string): Mark
  /**
   * What a value loaded as of `asOf` carries.
   * @throws HP_CACHE_TAGS_INVALID
   */
  fence(tags: Iterable<string>, asOf: number, scope: Mark): Fence
  /** Whether something kept was overtaken, as far as is known here and now. */
  check(fence: Fence, about: About): Judgement
  /** Whether anything it depends on was invalidated after its turn: a load that began before must not be shared after. */
  changedSince(load: LoadBegin, scope: Mark): boolean
  /** Here at once, without waiting; for the others when the promise resolves. */
  change(change: Change): Promise<Receipt>
  /** Names what keeps marks in use. */
  hold(holder: MarkHolder): void
  readonly timers: Timers
  /** Redis; null in one process. */
  readonly tier: SharedTier | null
  /** What this Redis cannot do, and what follows, in words; null where nothing is missing. */
  weaker(): string | null
  /** Resolves when Redis was reached. @throws HP_CACHE_REDIS_UNREACHABLE after the command time-out */
  ready(): Promise<void>
  close(): Promise<void>
}

/**
 * The tags as a list of their own, each checked: a bare string would be taken apart into its letters.
 * @throws HP_CACHE_TAGS_INVALID
 */
export function readTags(tags: Iterable<string>): string[] {
  if (typeof tags !== 'object' || tags === null || !(Symbol.iterator in tags)) {
    throw cacheErrors.HP_CACHE_TAGS_INVALID({ given: `${describe(tags)} is not a list` })
  }
  const read = [...tags]
  for (const tag of read) {
    if (typeof tag !== 'string' || tag === '') {
      throw cacheErrors.HP_CACHE_TAGS_INVALID({ given: `${describe(tag)} is not a tag` })
    }
  }
  return read
}
