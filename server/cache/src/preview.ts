import type { Core } from './core.ts'
import { readSelection, type Selection } from './selection.ts'
import { safeName } from './shared/names.ts'

/** What an invalidation would drop from the memory of this process. */
export interface Preview {
  /** Entries that might still be served. */
  count: number
  /** The first of their keys that were found; long ones by their digest. */
  sample: string[]
}

const sampleSize = 20

/** Looks at every entry, and changes none. @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID */
export function previewInvalidation({ settings, memory, shared, nameOf }: Core, what: Selection): Preview {
  const { tags, keys, matches } = readSelection(what)
  const names = new Set(keys.map(nameOf))
  const wanted = new Set(shared === null ? tags : tags.map(safeName))
  // In Redis a mark is named by what holds it, a colon and the tag.
  const tagOf = (mark: string) => (shared === null ? mark : mark.slice(mark.indexOf(':') + 1))
  const preview: Preview = { count: 0, sample: [] }
  for (const [name, entry] of settings.store.entries()) {
    const isNamed = names.has(name) || matches(name)
    if (!isNamed && !(wanted.size > 0 && entry.marks.some((mark) => wanted.has(tagOf(mark.name))))) continue
    const state = memory.state(entry, name)
    if (state === 'dead' || state === 'overtaken') continue
    preview.count += 1
    if (preview.sample.length < sampleSize) preview.sample.push(name)
  }
  return preview
}
