/** One table with what its vacuum has to do. */
export interface TableRow {
  schema: string
  name: string
  live: number
  dead: number
  /** From how many dead rows on autovacuum takes it. */
  vacuumAt: number
  autovacuum: boolean
  /** Seconds since it was last vacuumed; null where it never was. */
  vacuumedAgo: number | null
  /** Transactions since its oldest row that is not frozen. */
  age: number
  /** Transactions after which autovacuum freezes it by force. */
  freezeAt: number
  bytes: number
}

const option = (name: string) =>
  `(select option_value from pg_options_to_table(c.reloptions) where option_name = '${name}')`

export const tablesQuery = `
  select n.nspname as schema, c.relname as name,
    pg_stat_get_live_tuples(c.oid)::float8 as live, pg_stat_get_dead_tuples(c.oid)::float8 as dead,
    coalesce(${option('autovacuum_vacuum_threshold')}, current_setting('autovacuum_vacuum_threshold'))::float8
      + coalesce(${option('autovacuum_vacuum_scale_factor')}, current_setting('autovacuum_vacuum_scale_factor'))::float8
        * greatest(c.reltuples, 0)::float8 as "vacuumAt",
    coalesce(${option('autovacuum_enabled')}, 'true')::bool and current_setting('autovacuum')::bool as autovacuum,
    extract(epoch from now() - greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)))::float8
      as "vacuumedAgo",
    age(c.relfrozenxid)::float8 as age, current_setting('autovacuum_freeze_max_age')::float8 as "freezeAt",
    pg_relation_size(c.oid)::float8 as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
    and c.relpersistence <> 't'`
