import type { ForeignKeyRow } from '../catalog/foreign-keys.ts'
import { type Finding, identifier, qualified } from '../finding.ts'

/** A table that is read whole in a millisecond needs none. */
const leastRows = 1_000

/** Foreign keys without an index: each delete in the table that they refer to reads all rows of theirs. */
export function foreignKeysWithoutIndex(keys: readonly ForeignKeyRow[]): Finding[] {
  return keys
    .filter(({ indexed, rows }) => !indexed && rows >= leastRows)
    .map(({ schema, table, name, columns, target, rows }) => ({
      rule: 'foreign-key-without-index',
      severity: 'warning',
      subject: `${qualified({ schema, name: table })} (${columns.join(', ')})`,
      evidence: `${name} refers to ${target}; every delete and key update there looks through ${Math.round(rows).toLocaleString('en-US')} rows.`,
      statement: `create index concurrently on ${qualified({ schema, name: table })} (${columns.map(identifier).join(', ')})`,
    }))
}
