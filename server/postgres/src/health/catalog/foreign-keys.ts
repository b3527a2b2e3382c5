/** One foreign key. */
export interface ForeignKeyRow {
  schema: string
  table: string
  name: string
  columns: string[]
  /** The table that it refers to. */
  target: string
  /** Rows of the table that refers, as estimated. */
  rows: number
  /** Some index begins with its columns, in whichever order. */
  indexed: boolean
}

export const foreignKeysQuery = `
  select n.nspname as schema, t.relname as "table", k.conname as name, k.confrelid::regclass::text as target,
    array(select a.attname::text from unnest(k.conkey) with ordinality as key(number, place)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number order by key.place) as columns,
    greatest(t.reltuples, 0)::float8 as rows,
    exists (select 1 from pg_index i
      where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
        and i.indnkeyatts >= cardinality(k.conkey)
        and k.conkey <@ (i.indkey::int2[])[0:cardinality(k.conkey) - 1]) as indexed
  from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
  where k.contype = 'f' and k.conparentid = 0`
