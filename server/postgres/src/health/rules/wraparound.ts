import type { TableRow } from '../catalog/tables.ts'
import { type Finding, qualified } from '../finding.ts'

/** The server takes no more writes three million before this many. */
const end = 2 ** 31
const criticalAge = 1_000_000_000
/** Over what autovacuum waits for, it should have come. */
const factor = 1.2

/** Tables whose oldest rows come near the end of transaction numbers. */
export function wraparound(tables: readonly TableRow[]): Finding[] {
  return tables
    .filter(({ age, freezeAt }) => age > factor * freezeAt || age > criticalAge)
    .map((table) => ({
      rule: 'wraparound',
      severity: table.age > criticalAge ? 'critical' : 'warning',
      subject: qualified(table),
      evidence: `Its oldest row is ${millions(table.age)} million transactions old; autovacuum freezes at ${millions(table.freezeAt)}, and at ${millions(end)} the server refuses writes.`,
      statement: `vacuum (freeze) ${qualified(table)}`,
    }))
}

const millions = (transactions: number) => Math.round(transactions / 1e6).toLocaleString('en-US')
