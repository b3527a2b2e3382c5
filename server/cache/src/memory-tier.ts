import { type CacheEntry, createEntry, type EntryParts, expireEntry, freshness, isQuickAt } from './entry.ts'
import { areQuiet, type Mark, neverSwept } from './marks.ts'
import type { CacheSettings } from './options.ts'

/** What one entry costs beside its key, marks and value: the entry, its promise, its place in the store. */
const entryBytes = 480
const markBytes = 160

/** What the names of long keys begin with. */
const hash = 35

/** What may be done with an entry: `unknown` where Redis has to be asked, `dead` where never anything again. */
export type EntryState = 'fresh' | 'stale' | 'spare' | 'dead' | 'overtaken' | 'unknown'

/** The entries of one cache, in its store, held against time and marks. */
export interface MemoryTier {
  /** The entry, usable or not; counts as a use. */
  find(name: string): CacheEntry | undefined
  /** The same; does not count as a use. */
  peek(name: string): CacheEntry | undefined
  /** Whether it may be served at once, without another look. */
  isQuick(entry: CacheEntry): boolean
  state(entry: CacheEntry, name: string): EntryState
  /** Keeps a value unless it is dead at birth; what was there is dropped. */
  keep(name: string, parts: EntryParts): CacheEntry
  /** Whether there was an entry that could have been served. */
  drop(name: string): boolean
  dropMatching(matches: (name: string) => boolean): void
  /** Turns what is selected stale, as of now. */
  expire(matches: (name: string) => boolean): void
}

export function createMemoryTier(settings: CacheSettings, scope: Mark): MemoryTier {
  const { tags: space, store, clock, tellsRemovals } = settings
  const { trust } = space
  space.hold(() => marksIn(store.entries()))

  function state(entry: CacheEntry, key: string): EntryState {
    const { standing, softAt } = space.check(entry, { key, scope })
    if (standing === 'unknown' || standing === 'overtaken') return standing
    const now = clock()
    if (standing === 'expired') expireEntry(entry, Math.min(softAt, now))
    return freshness(entry, now)
  }

  return {
    find: (name) => store.get(name),
    peek: (name) => store.peek(name),
    isQuick(entry) {
      const now = clock()
      if (!isQuickAt(entry, now) || now >= trust.until) return false
      if (entry.generation !== trust.generation || entry.swept !== scope.top) return false
      return areQuiet(entry.marks, entry.asOf)
    },
    state,
    keep(name, parts) {
      const entry = createEntry(parts)
      // The name of a long key; the quick way looks for keys, and such a one is another key.
      if (name.charCodeAt(0) === hash) entry.swept = neverSwept
      // A forgotten mark hears of no change.
      const isDead = freshness(entry, clock()) === 'dead' || !entry.marks.every(({ attached }) => attached)
      if (isDead) store.delete(name)
      else put(name, entry, parts.size)
      return entry
    },
    drop(name) {
      const entry = store.peek(name)
      if (entry === undefined) return false
      const found = state(entry, name)
      store.delete(name)
      return found !== 'dead' && found !== 'overtaken'
    },
    dropMatching(matches) {
      // Collected first: what a store's iterator does when entries go meanwhile is its own affair.
      const matching = [...store.keys()].filter(matches)
      for (const name of matching) store.delete(name)
    },
    expire(matches) {
      const now = clock()
      const matching = [...store.entries()].filter(([name]) => matches(name))
      for (const [name, entry] of matching) {
        expireEntry(entry, now)
        if (freshness(entry, now) === 'dead') store.delete(name)
      }
    },
  }

  function put(name: string, entry: CacheEntry, size: number): void {
    const bytes = entryBytes + 2 * name.length + markBytes * entry.marks.length + size
    if (!store.set(name, entry, bytes) || !tellsRemovals) return
    entry.bytes = bytes
    entry.group.bytes += bytes
  }
}

function* marksIn(entries: Iterable<[string, CacheEntry]>): Iterable<readonly Mark[]> {
  for (const [, { marks }] of entries) yield marks
}
