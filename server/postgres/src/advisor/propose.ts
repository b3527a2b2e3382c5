import { loadModule } from 'libpg-query'
import type { Database } from '../database.ts'
import { candidatesFor } from './candidates.ts'
import { type Catalog, readCatalog } from './catalog.ts'
import { indexBody, indexName, type IndexSpec } from './index-spec.ts'
import { readUses } from './read-uses.ts'
import { quoted, type TableUse } from './table-use.ts'

/** A statement whose plan reads a table from end to end, or an index of it. */
export interface Scanned {
  /** With parameters instead of values. */
  sql: string
  /** The table that is read, without its schema; where only the name of an index is known, null. */
  table: string | null
  /** The index that it is read through, which helps only where the condition names its first column. */
  through?: { index: string; condition: string }
}

/** An index that a statement asks for by its text. It is not proved: that is what `adviseIndexes` does. */
export interface Proposal {
  /** `create index concurrently …`; null where that cannot be said in one statement (a partitioned table). */
  sql: string | null
  /** `votes (user_id)` */
  title: string
  /** The table's name, and its rows, as the statistics have it. */
  table: string
  rows: number
}

/** Reading a table of fewer rows whole takes about as long as looking one up. */
const leastRows = 1_000

/**
 * Proposes an index for each scan, from the advisor's candidates: null where none could serve it, or the table is
 * small. It reads catalogs and changes nothing.
 */
export async function proposeIndexes(
  database: Pick<Database, 'query'>,
  scans: readonly Scanned[],
): Promise<(Proposal | null)[]> {
  await loadModule()
  const catalog = await readCatalog({
    query: async <Row>(sql: string) => (await database.query<Row>(sql)).rows,
  })
  return scans.map((scan) => proposeFor(scan, catalog))
}

function proposeFor({ sql, table, through }: Scanned, catalog: Catalog): Proposal | null {
  let uses: TableUse[]
  try {
    uses = readUses(sql, catalog).uses
  } catch {
    return null
  }
  const found = uses
    .filter((use) => use.table.rows >= leastRows && !isServed(use))
    .filter((use) => (through ? looksThrough(use, through) : use.table.name === table))
    .flatMap((use) => candidatesFor(use).map((spec) => ({ spec, worth: worthOf(spec, use) })))
    .filter(({ worth }) => worth > 0)
    .toSorted((a, b) => b.worth - a.worth || a.spec.keys.length - b.spec.keys.length)[0]
  if (!found) return null
  const { spec } = found
  const columns = spec.keys.map((key) => key.replaceAll('"', '')).join(', ')
  return {
    sql: spec.table.partitioned
      ? null
      : `create index concurrently if not exists ${quoted(indexName(spec))} ${indexBody(spec)}`,
    title: `${spec.table.name} (${columns})${spec.where === null ? '' : ` where ${spec.where.replaceAll('"', '')}`}`,
    table: spec.table.name,
    rows: spec.table.rows,
  }
}

/** Whether all of an index is read: its condition does not say where in it to begin. */
function looksThrough({ table }: TableUse, { index, condition }: NonNullable<Scanned['through']>): boolean {
  const bare = (name: string) => name.replaceAll('"', '')
  const read = table.indexes.find(({ name }) => bare(name) === bare(`${table.schema}.${index}`))
  const first = bare(read?.keys[0] ?? '').replace(/ desc$/, '')
  return (
    first !== '' &&
    !bare(condition)
      .split(/[^\p{L}\p{N}_$]+/u)
      .includes(first)
  )
}

/** With an index on what is compared, a scan is the planner's choice: so many rows fit that looking them up is slower. */
function isServed({ table, equal }: TableUse): boolean {
  const compared = new Set(Array.from(equal, (key) => key.replaceAll('"', '')))
  return table.indexes.some(
    ({ partial, keys: [first = ''] }) =>
      !partial && compared.has(first.replace(/ desc$/, '').replaceAll('"', '')),
  )
}

/**
 * How much of the statement a candidate serves, without trying it: what is compared first, then the order. Covering
 * and partial ones have to be measured before they are worth their place.
 */
function worthOf({ method, keys, include, where }: IndexSpec, use: TableUse): number {
  if (include.length > 0 || where !== null) return 0
  if (method === 'gin') return use.equal.size === 0 ? 1 : 0
  const bare = (key: string) => key.replace(/ (?:desc|asc|nulls .*|text_pattern_ops)$/, '')
  const [first = '', ...rest] = keys.map(bare)
  const compared = [first, ...rest].filter((key) => use.equal.has(key)).length
  const leads = use.equal.has(first) ? 4 : use.joined.has(first) ? 2 : 0
  const followsOrder = use.order.length > 0 && bare(keys.at(-1)!) === use.order.at(-1)!.key
  const isRange = use.ranged.has(bare(keys.at(-1)!))
  if (leads === 0 && !isRange && !followsOrder) return 0
  return leads + 4 * compared + (followsOrder ? 1 : isRange ? 2 : 0)
}
