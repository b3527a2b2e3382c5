/** One above the largest hash: they are small integers in V8, which cost no allocation. */
export const hashSpace: number = 2 ** 31

/** A key as a whole number from 0 to `hashSpace` - 1, well spread (FNV-1a over UTF-16, MurmurHash3's finish). */
export function keyHash(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 1
}
