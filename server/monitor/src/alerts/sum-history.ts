/** Sums as they stood at past moments, to take differences from. */
export interface SumHistory {
  /** Keeps a copy of the sums as they stand at `now`; moments must not go back. */
  keep(now: number, sums: Float64Array): void
  /** The sums as they stood about `ms` before `now`, and when: undefined before anything was kept. */
  before(now: number, ms: number): { at: number; sums: Float64Array } | undefined
}

interface Kept {
  at: number
  sums: Float64Array
}

/**
 * Keeps every state for `fineMs` and then ever fewer, down to one in a sixtieth of their age: a window that ends long
 * ago may begin a minute in an hour off, and three days cost a few hundred states.
 */
export function createSumHistory({ fineMs, longestMs }: { fineMs: number; longestMs: number }): SumHistory {
  let kept: Kept[] = []

  function thin(now: number): void {
    let last = -Infinity
    kept = kept.filter(({ at }, index) => {
      const age = now - at
      // The oldest that is still needed is the last one beyond the longest window.
      if (age > longestMs && (kept[index + 1]?.at ?? now) <= now - longestMs) return false
      if (age <= fineMs || at - last >= age / 60) {
        last = at
        return true
      }
      return false
    })
  }

  return {
    keep(now, sums) {
      kept.push({ at: now, sums: sums.slice() })
      if (kept.length % 64 === 0) thin(now)
    },
    before(now, ms) {
      const from = now - ms
      let low = 0
      let high = kept.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if (kept[middle]!.at <= from) low = middle + 1
        else high = middle
      }
      return kept[low - 1] ?? kept[0]
    },
  }
}
