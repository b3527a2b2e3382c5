/** The server as a whole: settings in their base units, and what the database has counted. */
export interface ServerRow {
  version: number
  /** Seconds since the database's statistics began. */
  countedFor: number
  connections: number
  maxConnections: number
  databaseBytes: number
  blocksHit: number
  blocksRead: number
  /** Milliseconds spent reading blocks; of use with trackIoTiming alone. */
  readMs: number
  tempFiles: number
  tempBytes: number
  timedCheckpoints: number
  requestedCheckpoints: number
  sharedBuffers: number
  workMem: number
  effectiveCacheSize: number
  maxWalSize: number
  randomPageCost: number
  trackIoTiming: boolean
  trackCounts: boolean
  autovacuum: boolean
  fsync: boolean
  idleInTransactionTimeoutMs: number
}

/** PostgreSQL 17 moved the counters of checkpoints. */
export function serverQuery(version: number): string {
  const checkpoints =
    version >= 170_000
      ? 'select num_timed as timed, num_requested as requested from pg_stat_checkpointer'
      : 'select checkpoints_timed as timed, checkpoints_req as requested from pg_stat_bgwriter'
  return `
  select current_setting('server_version_num')::int as version,
    extract(epoch from now() - coalesce(d.stats_reset, pg_postmaster_start_time()))::float8 as "countedFor",
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
    current_setting('max_connections')::int as "maxConnections",
    pg_database_size(current_database())::float8 as "databaseBytes",
    d.blks_hit::float8 as "blocksHit", d.blks_read::float8 as "blocksRead", d.blk_read_time::float8 as "readMs",
    d.temp_files::float8 as "tempFiles", d.temp_bytes::float8 as "tempBytes",
    c.timed::float8 as "timedCheckpoints", c.requested::float8 as "requestedCheckpoints",
    pg_size_bytes(current_setting('shared_buffers'))::float8 as "sharedBuffers",
    pg_size_bytes(current_setting('work_mem'))::float8 as "workMem",
    pg_size_bytes(current_setting('effective_cache_size'))::float8 as "effectiveCacheSize",
    pg_size_bytes(current_setting('max_wal_size'))::float8 as "maxWalSize",
    current_setting('random_page_cost')::float8 as "randomPageCost",
    current_setting('track_io_timing')::bool as "trackIoTiming",
    current_setting('track_counts')::bool as "trackCounts",
    current_setting('autovacuum')::bool as autovacuum, current_setting('fsync')::bool as fsync,
    (select setting::float8 from pg_settings where name = 'idle_in_transaction_session_timeout')
      as "idleInTransactionTimeoutMs"
  from pg_stat_database d, (${checkpoints}) as c
  where d.datname = current_database()`
}
