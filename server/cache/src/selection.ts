import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'
import { compileGlob } from './glob.ts'
import { requireKey } from './options.ts'
import { readTags } from './tag-space.ts'

/** What to invalidate or expire; the parts add up. */
export interface Selection {
  /** Everything that carries one of these. */
  tags?: readonly string[] | undefined
  keys?: readonly string[] | undefined
  /** A glob over keys, in which `*` stands for any run of characters: `ballot:*`. */
  pattern?: string | undefined
}

/** A selection read and checked. */
export interface ReadSelection {
  tags: readonly string[]
  keys: readonly string[]
  pattern: string | null
  /** Whether the pattern, if there is one, matches the key. */
  matches(key: string): boolean
}

/** @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID */
export function readSelection(what: Selection): ReadSelection {
  const fail = (problem: string) => cacheErrors.HP_CACHE_SELECTION_INVALID({ problem })
  if (typeof what !== 'object' || what === null) throw fail(`${describe(what)} is not an object`)
  const { tags, keys, pattern } = what
  if (tags === undefined && keys === undefined && pattern === undefined) {
    throw fail('it names neither tags nor keys nor a pattern')
  }
  if (pattern !== undefined && typeof pattern !== 'string') throw fail(`its pattern is ${describe(pattern)}`)
  if (keys !== undefined && !Array.isArray(keys)) throw fail(`its keys are ${describe(keys)}`)
  for (const key of keys ?? []) requireKey(key)
  return {
    tags: tags === undefined ? [] : readTags(tags),
    keys: keys ?? [],
    pattern: pattern ?? null,
    matches: pattern === undefined ? () => false : compileGlob(pattern),
  }
}
