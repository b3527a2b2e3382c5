import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'

/**
 * One tag space per process, shared by the object cache and the HTTP cache. It answers one question: was anything
 * that this value depends on advanced after its load began? Stamps count advances, never time, so no clock matters.
 */
export interface TagSpace {
  /** The stamp to take before a load begins. It never falls, and it rises with every advance. */
  asOf(): number
  /**
   * Advances tags: everything loaded before is overtaken.
   * @throws HP_CACHE_TAGS_INVALID
   */
  advance(tags: Iterable<string>): void
  /** Whether any of `tags` was advanced after `asOf`. Without tags nothing is ever overtaken. */
  overtaken(tags: readonly string[], asOf: number): boolean
}

export interface TagSpaceOptions {
  /** Most tags whose last advance is remembered, about 100 bytes each. @default 100_000 */
  maxMarks?: number
}

/**
 * A tag space in memory. When more than `maxMarks` tags were advanced, the longest unadvanced mark is forgotten and
 * everything tagged that was loaded before it counts as overtaken: forgetting causes misses, never resurrection.
 * @throws HP_CACHE_BOUND_INVALID
 */
export function createTagSpace({ maxMarks = 100_000 }: TagSpaceOptions = {}): TagSpace {
  if (!Number.isInteger(maxMarks) || maxMarks < 1) {
    throw cacheErrors.HP_CACHE_BOUND_INVALID({ name: 'maxMarks', given: String(maxMarks) })
  }
  /** The stamp of each tag's last advance, oldest first. */
  const marks = new Map<string, number>()
  let stamp = 0
  let floor = 0

  function forgetOldest(): void {
    for (const [tag, mark] of marks) {
      if (marks.size <= maxMarks) return
      marks.delete(tag)
      floor = mark
    }
  }

  return {
    asOf: () => stamp,
    advance(tags) {
      const advanced = readTags(tags)
      if (advanced.length === 0) return
      stamp += 1
      for (const tag of advanced) {
        marks.delete(tag) // So that the map stays in the order of the last advance.
        marks.set(tag, stamp)
      }
      forgetOldest()
    },
    overtaken(tags, asOf) {
      if (tags.length === 0) return false
      if (asOf < floor) return true
      for (const tag of tags) {
        const mark = marks.get(tag)
        if (mark !== undefined && mark > asOf) return true
      }
      return false
    },
  }
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
