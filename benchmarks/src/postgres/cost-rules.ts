import type { Database } from '@hotpath/postgres'
import type { WorkloadStatement } from '@hotpath/postgres/advisor'

/** Columns in key order, of one table. */
export interface CostIndex {
  table: string
  columns: readonly string[]
}

/** A planner that can be asked what hypothetical indexes would change. */
interface Hypothesis {
  cost: number
  used: CostIndex[]
}

const sameAs = (a: CostIndex) => (b: CostIndex) =>
  a.table === b.table && a.columns.join() === b.columns.join()

/**
 * Dexter's rule: single columns, then ordered pairs, all hypothetical at once; what the planner takes is advised where
 * it saves at least half of the estimated cost (pairs: half of what singles left, of statements above cost 100).
 */
export async function dexterRule(
  database: Database,
  workload: readonly WorkloadStatement[],
): Promise<CostIndex[]> {
  const chosen: CostIndex[] = []
  for (const statement of workload) {
    const columns = await columnsOf(database, statement.sql)
    const bare = await suppose(database, statement, [])
    const single = await suppose(database, statement, columns)
    const pairs = columns.flatMap((a) =>
      columns
        .filter((b) => a.table === b.table && a !== b)
        .map((b) => ({ table: a.table, columns: [...a.columns, ...b.columns] })),
    )
    const double = bare.cost >= 100 ? await suppose(database, statement, [...columns, ...pairs]) : single
    const best = double.cost < single.cost / 2 ? double : single
    if (best.cost > bare.cost / 2) continue
    for (const index of best.used) if (!chosen.some(sameAs(index))) chosen.push(index)
  }
  return chosen
}

/** Greedy by estimated cost, all statements equal, until a step saves less than a tenth: singles and ordered pairs. */
export async function greedyCostRule(
  database: Database,
  workload: readonly WorkloadStatement[],
): Promise<CostIndex[]> {
  const candidates: CostIndex[] = []
  for (const { sql } of workload) {
    const columns = await columnsOf(database, sql)
    const pairs = columns.flatMap((a) =>
      columns
        .filter((b) => a.table === b.table && a !== b)
        .map((b) => ({ table: a.table, columns: [...a.columns, ...b.columns] })),
    )
    for (const one of [...columns, ...pairs]) if (!candidates.some(sameAs(one))) candidates.push(one)
  }
  const known = new Map<string, number>()
  const costOf = async (statement: WorkloadStatement, indexes: readonly CostIndex[]): Promise<number> => {
    // An index on a table that the statement does not name cannot change its plan.
    const mine = indexes.filter(({ table }) => statement.sql.includes(table))
    const key = JSON.stringify([statement.name, mine])
    if (!known.has(key)) known.set(key, (await suppose(database, statement, mine)).cost)
    return known.get(key)!
  }
  const totalOf = async (indexes: readonly CostIndex[]): Promise<number> => {
    let sum = 0
    for (const statement of workload) sum += await costOf(statement, indexes)
    return sum
  }
  const chosen: CostIndex[] = []
  let total = await totalOf([])
  for (;;) {
    let best: { index: CostIndex; total: number } | undefined
    for (const index of candidates) {
      const having = await totalOf([...chosen, index])
      if (!best || having < best.total) best = { index, total: having }
    }
    if (!best || best.total > 0.9 * total) return chosen
    chosen.push(best.index)
    total = best.total
  }
}

async function suppose(
  database: Database,
  { sql, params }: WorkloadStatement,
  indexes: readonly CostIndex[],
): Promise<Hypothesis> {
  await database.query('select hypopg_reset()')
  const names = new Map<string, CostIndex>()
  for (const index of indexes) {
    const text = `create index on ${index.table} (${index.columns.join(', ')})`
    const made = await database
      .query<{ indexname: string }>('select indexname from hypopg_create_index($1)', [text])
      .catch(() => undefined)
    if (made?.rows[0]) names.set(made.rows[0].indexname, index)
  }
  const { rows } = await database.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${sql}`, params[0])
  const text = JSON.stringify(rows[0]!['QUERY PLAN'])
  await database.query('select hypopg_reset()')
  const used = [...names].flatMap(([name, index]) => (text.includes(`"${name}"`) ? [index] : []))
  return { cost: Number(/"Total Cost":([\d.]+)/.exec(text)![1]), used }
}

/** Columns that a statement names from its first FROM or UPDATE on, of tables that it names: what is only put out is no key. */
async function columnsOf(database: Database, sql: string): Promise<CostIndex[]> {
  const text = sql.toLowerCase()
  const words = new Set(text.slice(Math.max(0, text.search(/\b(from|update)\s/))).match(/[a-z_]+/g))
  const { rows } = await database.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and data_type not in ('ARRAY', 'json', 'jsonb')`,
  )
  return rows
    .filter(({ table, column }) => words.has(table) && words.has(column))
    .map(({ table, column }) => ({ table, columns: [column] }))
}
