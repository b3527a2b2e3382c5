import { type TagSpace, createTagSpace, matchesGlob } from '@hotpath/cache'

/** What was known when a handler began: anything dropped later overtakes its answer. */
export interface Stamp {
  readonly tags: number
  readonly urls: number
  readonly purges: number
}

/** What an answer depends on. */
export interface Dependencies {
  /** The primary key. */
  readonly key: string
  /** Path and query. */
  readonly url: string
  readonly tags: readonly string[]
}

/** Tells whether an answer was overtaken between the moment its handler began and now. */
export interface Fences {
  /** The stamp to take before the handler runs. */
  begin(): Stamp
  /** Overtakes answers under one key. */
  dropKey(key: string): void
  /** Overtakes answers whose path and query match the glob. */
  purge(pattern: string): void
  /** Whether anything that the answer depends on was dropped after `since`. */
  overtaken(what: Dependencies, since: Stamp): boolean
  /** The same for what is stored: dropped URLs and purged patterns are no longer there to be asked about. */
  tagsOvertaken(stored: Dependencies & { readonly stamp: Stamp }): boolean
}

/** Purges remembered. An answer whose handler began before the oldest counts as overtaken: a miss, never a wrong hit. */
const maxPurges = 256

/** Fences over the shared tags, the URLs that unsafe methods dropped, and the purged patterns. */
export function createFences(tags: TagSpace): Fences {
  const urls = createTagSpace()
  const patterns: string[] = []
  let purges = 0
  return {
    begin: () => ({ tags: tags.asOf(), urls: urls.asOf(), purges }),
    dropKey: (key) => urls.advance([key]),
    purge(pattern) {
      purges += 1
      patterns.push(pattern)
      if (patterns.length > maxPurges) patterns.shift()
    },
    tagsOvertaken: (stored) => tags.overtaken(stored.tags, stored.stamp.tags),
    overtaken(what, since) {
      if (tags.overtaken(what.tags, since.tags) || urls.overtaken([what.key], since.urls)) return true
      const missed = purges - since.purges
      if (missed > patterns.length) return true
      for (let index = patterns.length - missed; index < patterns.length; index++) {
        if (matchesGlob(patterns[index]!, what.url)) return true
      }
      return false
    },
  }
}
