/** A map of bounded size that forgets what was not asked for the longest. */
export interface Lru<V, K = string> {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * In two generations: what is asked for moves to the young one, and when that is full the old one is forgotten. A hit
 * in the young generation is one lookup, without reordering anything.
 */
export function createLru<V, K = string>(max: number): Lru<V, K> {
  const half = Math.max(1, Math.floor(max / 2))
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  const set = (key: K, value: V): void => {
    if (young.size >= half && !young.has(key)) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    set,
  }
}
