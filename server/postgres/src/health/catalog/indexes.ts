/** One index, as its catalog and the statistics of its server have it. */
export interface IndexRow {
  schema: string
  table: string
  name: string
  method: string
  /** Its key columns in order, each with operator class, collation and direction; 0 stands for an expression. */
  keys: string[]
  /** Columns that it carries along (INCLUDE). */
  included: string[]
  /** The text of its expressions and of its condition. */
  expressions: string
  condition: string
  unique: boolean
  /** It serves a constraint, or is what logical replication tells rows apart by. */
  needed: boolean
  valid: boolean
  /** It is being built now. */
  building: boolean
  /** Part of the index of a partitioned table, which cannot go alone. */
  attached: boolean
  bytes: number
  scans: number
}

export const indexesQuery = `
  select n.nspname as schema, t.relname as "table", c.relname as name, am.amname as method,
    array(select i.indkey[k] || ':' || i.indclass[k] || ':' || i.indcollation[k] || ':' || i.indoption[k]
      from generate_series(0, i.indnkeyatts - 1) k) as keys,
    array(select i.indkey[k]::text from generate_series(i.indnkeyatts, i.indnatts - 1) k) as included,
    coalesce(pg_get_expr(i.indexprs, i.indrelid), '') as expressions,
    coalesce(pg_get_expr(i.indpred, i.indrelid), '') as condition,
    i.indisunique as unique,
    i.indisprimary or i.indisexclusion or i.indisreplident
      or exists (select 1 from pg_constraint k where k.conindid = i.indexrelid) as needed,
    i.indisvalid and i.indisready as valid,
    exists (select 1 from pg_stat_progress_create_index p where p.index_relid = i.indexrelid) as building,
    c.relispartition as attached,
    pg_relation_size(c.oid)::float8 as bytes,
    coalesce(pg_stat_get_numscans(c.oid), 0)::float8 as scans
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace join pg_am am on am.oid = c.relam
  where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('i', 'I')`
