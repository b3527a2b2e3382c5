import { advisePoolSize, type Database, type PoolAdvice } from '@hotpath/postgres'

/** How many connections each process should have, and what it was worked out from. */
export interface PoolSizing extends PoolAdvice {
  /** The server's setting. */
  maxConnections: number
  /** Processes like this one, as their connections tell. */
  instances: number
}

interface ServerRow {
  max: number
  reserved: number
  connections: number
}

const asking = `
  select current_setting('max_connections')::int as max,
    current_setting('superuser_reserved_connections')::int as reserved,
    (select count(*)::int from pg_stat_activity
      where datname = current_database() and application_name = current_setting('application_name')) as connections`

/** For migrations, replication and whoever looks in. */
const forOthers = 7

/** Null for an embedded database, which has one connection. */
export async function sizePool({ kind, pool, query }: Database): Promise<PoolSizing | null> {
  if (kind === 'pglite') return null
  const { rows } = await query<ServerRow>(asking)
  const { max: maxConnections, reserved, connections } = rows[0]!
  const { perSecond, holdMs, total } = pool.stats()
  const instances = Math.max(1, Math.round(connections / Math.max(1, total)))
  const load = { perSecond, holdMs: holdMs.mean, instances, maxConnections }
  return { ...advisePoolSize({ ...load, reserved: reserved + forOthers }), maxConnections, instances }
}
