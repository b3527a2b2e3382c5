/** One session of the server. */
export interface SessionRow {
  pid: number
  state: string | null
  application: string
  /** Seconds since its transaction began; null outside of one. */
  transactionFor: number | null
  /** Seconds since its state changed. */
  stateFor: number
  /** The sessions that hold what it waits for. */
  blockedBy: number[]
  /** Its last statement, with its values. */
  query: string
}

export const activityQuery = `
  select pid, state, coalesce(application_name, '') as application,
    extract(epoch from clock_timestamp() - xact_start)::float8 as "transactionFor",
    coalesce(extract(epoch from clock_timestamp() - state_change), 0)::float8 as "stateFor",
    case when wait_event_type = 'Lock' then pg_blocking_pids(pid) else '{}' end as "blockedBy",
    coalesce(query, '') as query
  from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid()`
