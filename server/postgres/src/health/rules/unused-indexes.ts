import { formatBytes, formatDuration } from '@hotpath/core'
import type { IndexRow } from '../catalog/indexes.ts'
import { type Finding, qualified } from '../finding.ts'

/** What the servers counted: the primary first. */
export interface CountedIndexes {
  servers: readonly (readonly IndexRow[])[]
  /** Since when the one that counts for the shortest time has counted, in milliseconds. */
  countedForMs: number
}

/** An index that serves a monthly report is used within this time, and most others within a day. */
const leastMs = 7 * 24 * 3_600_000
const leastBytes = 1024 * 1024

/** Indexes that no server has read, replicas included, for a week at least. */
export function unusedIndexes({ servers, countedForMs }: CountedIndexes): Finding[] {
  const [primary = []] = servers
  if (countedForMs < leastMs) return []
  const scans = new Map<string, number>()
  for (const index of servers.flat())
    scans.set(qualified(index), (scans.get(qualified(index)) ?? 0) + index.scans)
  return primary
    .filter(
      ({ needed, unique, valid, attached, bytes }) =>
        !needed && !unique && valid && !attached && bytes >= leastBytes,
    )
    .filter((index) => scans.get(qualified(index)) === 0)
    .map((index) => ({
      rule: 'unused-index',
      severity: 'warning',
      subject: qualified(index),
      evidence: `No scan on ${servers.length} server${servers.length === 1 ? '' : 's'} in ${formatDuration(countedForMs)}; it takes ${formatBytes(index.bytes)}.`,
      statement: `drop index concurrently ${qualified(index)}`,
    }))
}
