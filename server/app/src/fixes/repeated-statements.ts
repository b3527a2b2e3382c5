import { type Fix, formatDuration } from '@hotpath/core'
import type { Facts } from './facts.ts'

const leastMs = 0.5

/** Statements sent again and again within one request (N+1): one for all of them takes about as long as one. */
export function repeatedStatements({ repeats, seconds }: Pick<Facts, 'repeats' | 'seconds'>): Fix[] {
  return repeats
    .filter(({ row, ms }) => ms / seconds >= leastMs && row.perRequest > 1)
    .map(({ row, ms }) => ({
      id: `n-plus-one:${row.route}:${row.site}`,
      kind: 'n-plus-one' as const,
      title: `${row.perRequest.toPrecision(2)} times the same statement in ${row.route}, at ${row.site}`,
      route: row.route,
      savedMsPerSecond: (ms / seconds) * (1 - 1 / row.perRequest),
      evidence: [
        `${row.statements.toLocaleString('en-US')} statements in ${row.requests.toLocaleString('en-US')} requests, at most ${row.most} in one; ${formatDuration(row.totalMs)} in total`,
        row.sql.replaceAll(/\s+/g, ' ').slice(0, 200),
        ...(row.identical > 0
          ? [`${row.identical.toLocaleString('en-US')} of them had the very same values`]
          : []),
      ],
      action: {
        text: `Ask once for all of them at ${row.site}.`,
        ...(row.suggestion !== null && { sql: row.suggestion }),
        command: 'hotpath db n1',
        screen: 'database',
      },
    }))
}
