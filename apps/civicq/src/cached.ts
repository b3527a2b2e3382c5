import type { Cache, EntryOptions } from '@hotpath/app'

/** An object of the cache: where it lies, what makes it, how long it stays fresh and what drops it. */
export interface Cached<T> extends Required<Pick<EntryOptions, 'ttl' | 'tags'>> {
  key: string
  load: () => Promise<T>
}

/** From the cache, or made and kept. */
export function readCached<T>(cache: Cache, { key, load, ttl, tags }: Cached<T>): Promise<T> {
  return cache.getOrLoad(key, load, { ttl, tags })
}
