import type { Call } from './bench.ts'
import type { StatementUses } from './read-uses.ts'
import type { WorkloadStatement } from './workload.ts'

/** A statement under study. */
export interface Subject {
  statement: WorkloadStatement
  calls: Call[]
  uses: StatementUses
  /** Mean of its calls with no new index, in milliseconds. */
  beforeMs: number
  /** No run may take longer than this, in milliseconds. */
  limitMs: number
}

/**
 * A statement counts as slower when the estimate is so by more than both the ratio and the milliseconds, and the
 * interval lies beyond `sure`.
 */
export const margins = {
  /** Below it, what a round trip varies by hides what the plan costs. */
  read: { ratio: 1.05, sure: 1.05, ms: 0.05 },
  /**
   * An entry in an index costs microseconds; an update that is no longer heap-only costs more than this. That an index
   * costs a write something needs no proof: it is less that has to be sure.
   */
  write: { ratio: 1.15, sure: 1.03, ms: 0.02 },
} as const

/** Bounds what a regression can cost while it is measured. */
export function limitFor(beforeMs: number): number {
  return 3 * beforeMs + 100
}

/**
 * Whether a few runs make it look slower. They are minima, not intervals, so this has twice the patience of the
 * margins, and leaves differences of less than a millisecond to the verification.
 */
export function looksSlower({
  write,
  beforeMs,
  afterMs,
}: {
  write: boolean
  beforeMs: number
  afterMs: number
}): boolean {
  const { ratio } = margins[write ? 'write' : 'read']
  return afterMs > beforeMs * (1 + 2 * (ratio - 1)) && afterMs > beforeMs + 1
}
