/** What running totals grew by since the last look. */
export interface Since {
  /** The growth of `total` under `key`; a total that fell was begun anew. */
  of(key: string, total: number): number
  /** Ends a look: what was not asked for in it is forgotten. */
  turn(): void
}

/** Everything counts from 0 at first. */
export function createSince(): Since {
  let before = new Map<string, number>()
  let now = new Map<string, number>()
  return {
    of(key, total) {
      now.set(key, total)
      const last = before.get(key) ?? 0
      return total >= last ? total - last : total
    },
    turn() {
      before = now
      now = new Map()
    },
  }
}
