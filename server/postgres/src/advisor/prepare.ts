import type { Table } from './catalog.ts'
import type { Built } from './evaluate.ts'
import { createSql, indexSql, type IndexSpec } from './index-spec.ts'
import type { Ranked } from './prune.ts'
import type { Session } from './session.ts'
import type { Subject } from './subject.ts'

/**
 * Gives the tables the state that they have in production: statistics and a visibility map, and no vacuum that would
 * start in the middle. Says what it did.
 */
export async function settleTables(session: Session, tables: Iterable<Table>): Promise<string[]> {
  const notes: string[] = []
  for (const { sql, partitioned, pages, visiblePages, rows } of tables) {
    if (partitioned) continue
    if (session.kind === 'postgres')
      await session.query(`alter table ${sql} set (autovacuum_enabled = off)`).catch(() => {})
    if (pages > 0 && visiblePages >= pages / 2 && rows > 0) continue
    await session.query(`vacuum (analyze) ${sql}`).catch(() => {})
    notes.push(
      `${sql} had not been vacuumed or analysed lately; its clone was. Run VACUUM ANALYZE on it too.`,
    )
  }
  return notes
}

/** Tables that the workload reads or writes. */
export function tablesOf(subjects: readonly Subject[]): Set<Table> {
  return new Set(subjects.flatMap(({ uses }) => uses.uses.map(({ table }) => table)))
}

/** Whether hypothetical indexes are to be had on the clone. */
export async function installHypopg(session: Session): Promise<boolean> {
  try {
    await session.query('create extension if not exists hypopg')
    await session.query('select hypopg_reset()')
    return true
  } catch {
    return false
  }
}

export interface BuildOptions {
  session: Session
  /** Milliseconds left for building, at any moment. */
  left: () => number
  budgetBytes: number
  progress: (done: number, total: number) => void
}

/** More are seldom told apart in the time there is. */
const mostBuilt = 60

/** Makes the best candidates on the clone while there is time. */
export async function buildPool(
  ranked: readonly Ranked[],
  { session, left, budgetBytes, progress }: BuildOptions,
): Promise<{ pool: Built[]; failed: { spec: IndexSpec; reason: string }[] }> {
  const pool: Built[] = []
  const failed: { spec: IndexSpec; reason: string }[] = []
  const withExpressions = new Set<string>()
  for (const { spec } of ranked) {
    if (left() <= 0 || pool.length >= mostBuilt) {
      failed.push({ spec, reason: 'others promised more in the time there was' })
      continue
    }
    progress(pool.length, Math.min(ranked.length, mostBuilt))
    try {
      if (spec.needs) await session.query(`create extension if not exists ${spec.needs}`)
      await session.query(`set statement_timeout = ${Math.ceil(Math.max(1000, left()))}`)
      await session.query(createSql(spec))
      const sizeBytes = await sizeOf(session, spec)
      if (sizeBytes > budgetBytes) {
        failed.push({ spec, reason: `takes ${sizeBytes} bytes, more than the whole budget` })
        await session.query(`drop index ${indexSql(spec)}`)
        continue
      }
      if (spec.keys.some((key) => key.startsWith('('))) withExpressions.add(spec.table.sql)
      pool.push({ spec, sizeBytes })
    } catch (error) {
      failed.push({ spec, reason: `cannot be built: ${(error as Error).message}` })
    }
  }
  await session.query('set statement_timeout = 0')
  // An expression has statistics only once its table was analysed after its index was made.
  for (const table of withExpressions) await session.query(`analyze ${table}`)
  return { pool, failed }
}

async function sizeOf(session: Session, spec: IndexSpec): Promise<number> {
  const name = indexSql(spec).replaceAll("'", "''")
  const [row] = await session.query<{ size: string }>(
    `select coalesce((select sum(pg_relation_size(relid)) from pg_partition_tree('${name}')),
     pg_relation_size('${name}'))::text as size`,
  )
  return Number(row!.size)
}

/** Partitions that hold rows, by partitioned table. */
export async function partitionsOf(session: Session, tables: Iterable<Table>): Promise<Map<Table, string[]>> {
  const found = new Map<Table, string[]>()
  for (const table of tables) {
    if (!table.partitioned) continue
    const rows = await session.query<{ name: string }>(
      `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
       from pg_partition_tree('${table.sql.replaceAll("'", "''")}') t
       join pg_class c on c.oid = t.relid join pg_namespace n on n.oid = c.relnamespace where t.isleaf`,
    )
    found.set(
      table,
      rows.map(({ name }) => name),
    )
  }
  return found
}
