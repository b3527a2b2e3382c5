import type { Database } from '../database.ts'
import { endOfRecords, type Lsn, parseLsn, type Position } from './lsn.ts'

/** What a server says of itself. */
export interface Probe {
  inRecovery: boolean
  /** Replayed so far on a replica, written so far on a primary. */
  lsn: Lsn | null
  timeline: number
}

// A primary's timeline is that of the file it writes; the control file follows at the next checkpoint only.
const probing = `
  select recovering as "inRecovery",
    case when recovering then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text as lsn,
    case when recovering
      then coalesce((select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint()))
      else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
    end as timeline
  from (select pg_is_in_recovery() as recovering) as state`

export async function probe(database: Pick<Database, 'query'>): Promise<Probe> {
  const { rows } = await database.query<{ inRecovery: boolean; lsn: string | null; timeline: number }>(
    probing,
  )
  const { inRecovery, lsn, timeline } = rows[0]!
  return { inRecovery, lsn: parseLsn(lsn), timeline }
}

interface PositionRow {
  inserted: string
  block: string
  timeline: number
}

const asking = `
  select pg_current_wal_insert_lsn()::text as inserted, current_setting('wal_block_size') as block,
    ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int as timeline`

/**
 * A position that every commit up to now lies before, also those that did not wait for the disk.
 * @throws where the server is no primary any more, and what `query` throws
 */
export async function primaryPosition(primary: Pick<Database, 'query'>): Promise<Position> {
  const { rows } = await primary.query<PositionRow>(asking)
  return positionOf(rows[0]!)
}

/** Commits, and asks in the same round trip for a position behind the commit; read it with `committedPosition`. */
export const commitAndAsk = `commit;${asking}`

/** The position in the answer to `commitAndAsk`; null where the transaction had failed and was rolled back. */
export function committedPosition(results: readonly { command: string; rows: unknown[] }[]): Position | null {
  const [commit, answer] = results
  return commit?.command === 'COMMIT' ? positionOf(answer!.rows[0] as PositionRow) : null
}

function positionOf({ inserted, block, timeline }: PositionRow): Position {
  return { timeline, lsn: endOfRecords(parseLsn(inserted)!, Number(block)) }
}
