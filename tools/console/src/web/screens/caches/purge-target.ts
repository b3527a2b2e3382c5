import { paths, type PurgePreview } from '@hotpath/core'

/** What is typed into the form of a purge. */
export interface PurgeDraft {
  by: 'tags' | 'pattern'
  text: string
}

/** The body of a purge, and the path of its preview; null while nothing is named. */
export function purgeOf({ by, text }: PurgeDraft): { body: object; preview: string } | null {
  if (by === 'pattern') {
    const pattern = text.trim()
    if (pattern === '') return null
    return { body: { pattern }, preview: `${paths.cachePreview}?${new URLSearchParams({ pattern })}` }
  }
  const tags = [...new Set(text.split(/[\s,]+/).filter(Boolean))]
  if (tags.length === 0) return null
  const query = new URLSearchParams(tags.map((tag) => ['tag', tag]))
  return { body: { tags }, preview: `${paths.cachePreview}?${query}` }
}

/** How much of this process' memory would go. */
export function hitsOf({ http, objects }: PurgePreview): number {
  return http.count + objects.reduce((sum, { count }) => sum + count, 0)
}
