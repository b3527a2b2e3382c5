import type { Operation } from './workers/query-cache.ts'

/** A write whose caller had been told of its commit. */
export interface Acknowledged {
  id: number
  /** The row's value from then on, which only grows. */
  value: number
  at: number
}

export interface Lateness {
  /** Of each read that missed a write, how long before its start the first one missed was acknowledged. */
  lateMs: number[]
  /** Reads that began after some write of their row: only they could have missed one. */
  checked: number
}

/** Which reads gave less than what had been acknowledged when they began. */
export function latenessOf(reads: readonly Operation[], writes: readonly Acknowledged[]): Lateness {
  const byRow = Map.groupBy(
    writes.toSorted((a, b) => a.value - b.value),
    ({ id }) => id,
  )
  const found: Lateness = { lateMs: [], checked: 0 }
  for (const { id, value, startedAt } of reads) {
    const mine = byRow.get(id) ?? []
    if (mine.some(({ at }) => at < startedAt)) found.checked += 1
    const missed = mine.filter((write) => write.value > value && write.at < startedAt)
    if (missed.length > 0) found.lateMs.push(startedAt - Math.min(...missed.map(({ at }) => at)))
  }
  return found
}
