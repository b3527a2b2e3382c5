import { type TagSpace, createTagSpace, matchesGlob } from '@hotpath/cache'
import type { Dependencies } from './dependencies.ts'

/** What was known when a handler began: anything dropped later overtakes its answer. */
export interface Stamp {
  readonly tags: number
  readonly urls: number
  readonly purges: number
}

/** Tells whether an answer was overtaken between the moment its handler began and now. */
export interface Fences {
  /** The stamp to take before the handler runs. */
  begin(): Stamp
  /** Overtakes answers of these targets, under whatever key. */
  dropTargets(targets: readonly string[]): void
  /** Overtakes answers whose path and query match the glob. */
  purge(pattern: string): void
  /** Whether anything that the answer depends on was dropped after `since`. */
  overtaken(what: Dependencies, since: Stamp): boolean
  /** The same for what is stored: what a purge matched is no longer there to be asked about. */
  outdated(stored: Dependencies & { readonly stamp: Stamp }): boolean
}

/** Purges remembered. An answer whose handler began before the oldest counts as overtaken: a miss, never a wrong hit. */
const maxPurges = 256

/** Fences over the shared tags, the URLs that unsafe methods dropped, and the purged patterns. */
export function createFences(tags: TagSpace): Fences {
  const urls = createTagSpace()
  const isOvertaken = (space: TagSpace, names: readonly string[], asOf: number) => {
    const scope = space.scope('http')
    return space.check(space.fence(names, asOf, scope), { key: '', scope }).standing !== 'current'
  }
  const patterns: string[] = []
  let purges = 0
  return {
    begin: () => ({ tags: tags.asOf(), urls: urls.asOf(), purges }),
    dropTargets: (targets) => void urls.change({ tags: targets, keys: [], patterns: [], hard: true, ack: 'redis' }),
    purge(pattern) {
      purges += 1
      patterns.push(pattern)
      if (patterns.length > maxPurges) patterns.shift()
    },
    outdated: ({ tags: own, target, stamp }) =>
      isOvertaken(tags, own, stamp.tags) || isOvertaken(urls, target, stamp.urls),
    overtaken(what, since) {
      if (isOvertaken(tags, what.tags, since.tags) || isOvertaken(urls, what.target, since.urls)) return true
      const missed = purges - since.purges
      if (missed > patterns.length) return true
      for (let index = patterns.length - missed; index < patterns.length; index++) {
        if (matchesGlob(patterns[index]!, what.url)) return true
      }
      return false
    },
  }
}
