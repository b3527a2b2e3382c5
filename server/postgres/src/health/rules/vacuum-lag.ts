import { formatDuration } from '@hotpath/core'
import type { TableRow } from '../catalog/tables.ts'
import { type Finding, qualified } from '../finding.ts'

/** How far over its own threshold a table may be: autovacuum comes once a minute. */
const factor = 2
const leastDead = 1_000

/** Tables with many more dead rows than autovacuum ought to leave. */
export function vacuumLag(tables: readonly TableRow[]): Finding[] {
  return tables
    .filter(({ dead, vacuumAt }) => dead >= leastDead && dead > factor * vacuumAt)
    .map((table) => ({
      rule: 'vacuum-lag',
      severity: 'warning',
      subject: qualified(table),
      evidence:
        `${count(table.dead)} dead rows beside ${count(table.live)} live ones; autovacuum ` +
        `${table.autovacuum ? `comes at ${count(table.vacuumAt)}` : 'is off for it'}; last vacuumed ${ago(table)}.`,
      statement: `vacuum (analyze) ${qualified(table)}`,
    }))
}

const count = (rows: number) => Math.round(rows).toLocaleString('en-US')
const ago = ({ vacuumedAgo }: TableRow) =>
  vacuumedAgo === null ? 'never' : `${formatDuration(vacuumedAgo * 1000)} ago`
