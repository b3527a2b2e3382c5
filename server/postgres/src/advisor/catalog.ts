import type { Session } from './session.ts'

export interface Column {
  name: string
  type: string
  /** Distinct values, in rows; as the statistics estimate it. */
  distinct: number
  /** Mean width in bytes. */
  width: number
}

export interface ExistingIndex {
  name: string
  /** Key parts as the database prints them, direction included. */
  keys: string[]
  method: string
  unique: boolean
  partial: boolean
  definition: string
  sizeBytes: number
}

export interface Table {
  /** `schema.name`, quoted where needed. */
  sql: string
  schema: string
  name: string
  partitioned: boolean
  rows: number
  pages: number
  /** Pages that index-only scans need not visit. */
  visiblePages: number
  columns: Map<string, Column>
  indexes: ExistingIndex[]
}

/** What of the schema the advisor needs. */
export interface Catalog {
  /** The table of that name, as the search path finds it where no schema is given. */
  table(name: string, schema?: string): Table | undefined
  /** The definition of a view. */
  view(name: string, schema?: string): string | undefined
  tables(): Iterable<Table>
}

const userSchemas = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`

const tablesSql = `
  select c.oid::int8::text as id, n.nspname as schema, c.relname as name, c.relkind as kind, c.relpages as pages,
    c.relallvisible as visible, greatest(c.reltuples, 0)::float8 as rows, pg_table_is_visible(c.oid) as found,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as sql
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm', 'v') and ${userSchemas}`

const columnsSql = `
  select a.attrelid::int8::text as id, a.attname as name, t.typname as type,
    s.n_distinct::float8 as distinct, coalesce(s.avg_width, nullif(a.attlen, -1), 32) as width
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
    and s.inherited = (c.relkind = 'p')
  where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm') and ${userSchemas}`

const indexesSql = `
  select i.indrelid::int8::text as id, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
    m.amname as method, i.indisunique as unique, i.indpred is not null as partial,
    pg_get_indexdef(i.indexrelid) as definition, pg_relation_size(i.indexrelid)::float8 as size,
    array(select pg_get_indexdef(i.indexrelid, k, true) ||
        case when i.indoption[k - 1] & 1 = 1 then ' desc' else '' end
      from generate_series(1, i.indnkeyatts) k)::text[] as keys
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_am m on m.oid = c.relam
  where i.indisvalid and ${userSchemas}`

const viewsSql = `
  select c.oid::int8::text as id, pg_get_viewdef(c.oid) as definition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'v' and ${userSchemas}`

type Row = Record<string, any>

/** Reads the schema: one query per catalog, however many tables there are. */
export async function readCatalog(session: Pick<Session, 'query'>): Promise<Catalog> {
  const tables = new Map<string, Table>()
  const named = new Map<string, string>()
  for (const row of await session.query<Row>(tablesSql)) {
    named.set(`${row['schema']}.${row['name']}`, row['id'])
    if (row['found']) named.set(`.${row['name']}`, row['id'])
    if (row['kind'] === 'v') continue
    tables.set(row['id'], {
      sql: row['sql'],
      schema: row['schema'],
      name: row['name'],
      partitioned: row['kind'] === 'p',
      rows: row['rows'],
      pages: row['pages'],
      visiblePages: row['visible'],
      columns: new Map(),
      indexes: [],
    })
  }
  for (const { id, name, type, distinct, width } of await session.query<Row>(columnsSql)) {
    const table = tables.get(id)
    // Negative is a share of the rows; unknown is taken as a tenth of them.
    const share = distinct === null ? 0.1 : -distinct
    table?.columns.set(name, { name, type, width, distinct: share < 0 ? distinct : share * table.rows })
  }
  for (const { id, size, ...index } of await session.query<Row>(indexesSql))
    tables.get(id)?.indexes.push({ ...(index as ExistingIndex), sizeBytes: size })
  const views = new Map((await session.query<Row>(viewsSql)).map(({ id, definition }) => [id, definition]))
  const idOf = (name: string, schema = ''): string => named.get(`${schema}.${name}`) ?? ''
  return {
    table: (name, schema) => tables.get(idOf(name, schema)),
    view: (name, schema) => views.get(idOf(name, schema)),
    tables: () => tables.values(),
  }
}

/** Pairs of existing indexes of which the first serves nothing that the second does not. */
export function redundantIndexes(tables: Iterable<Table>): { index: ExistingIndex; by: ExistingIndex }[] {
  const found: { index: ExistingIndex; by: ExistingIndex }[] = []
  for (const { indexes } of tables) {
    const plain = indexes.filter(
      ({ method, partial, definition }) =>
        method === 'btree' && !partial && !/\) include \(/i.test(definition),
    )
    for (const index of plain) {
      if (index.unique) continue
      const by = plain.find(
        (other) =>
          other !== index &&
          index.keys.every((key, position) => key === other.keys[position]) &&
          (other.keys.length > index.keys.length || other.unique || other.name < index.name),
      )
      if (by) found.push({ index, by })
    }
  }
  return found
}
