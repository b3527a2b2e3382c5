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

/** How much slower a statement may look before it counts as slower. Reads and writes have different floors. */
export const margins = {
  /** A read may be 5 % slower, or 0.05 ms. */
  read: { ratio: 1.05, ms: 0.05 },
  /** Every index costs its table's writes something: 15 %, or 0.05 ms a call. */
  write: { ratio: 1.15, ms: 0.05 },
} as const

/** Bounds what a regression can cost while it is measured. */
export function limitFor(beforeMs: number): number {
  return 3 * beforeMs + 100
}

/** Whether `afterMs` is slower than before by more than the practical margin. */
export function isSlower({ statement, beforeMs }: Subject, afterMs: number, slack = 1): boolean {
  const { ratio, ms } = margins[statement.write ? 'write' : 'read']
  return afterMs > beforeMs * (1 + (ratio - 1) * slack) && afterMs > beforeMs + ms * slack
}
