import { formatBytes } from '@hotpath/core'
import type { IndexRow } from '../catalog/indexes.ts'
import { type Finding, qualified } from '../finding.ts'

/** Indexes that a failed CREATE INDEX CONCURRENTLY left: written to, never read. */
export function invalidIndexes(indexes: readonly IndexRow[]): Finding[] {
  return indexes
    .filter(({ valid, building, attached }) => !valid && !building && !attached)
    .map((index) => ({
      rule: 'invalid-index',
      severity: 'warning',
      subject: qualified(index),
      evidence: `It is not valid, so no statement reads it; it takes ${formatBytes(index.bytes)} and part of every write.`,
      statement: `reindex index concurrently ${qualified(index)}`,
    }))
}
