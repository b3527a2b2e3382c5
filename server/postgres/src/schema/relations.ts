import type { Database } from '../database.ts'
import { digestOf } from './digest.ts'

/** What a name in a statement stands for. */
export interface Relation {
  /** `schema.name`, of the topmost table where it is a partition: what is written to one is written to all. */
  readonly name: string
  /** pg_class.relkind: r table, p partitioned, v view, m materialized view, f foreign table. */
  readonly kind: string
  /** Of PostgreSQL itself. */
  readonly system: boolean
  /** Which rows a reader sees depends on who reads. */
  readonly rowSecurity: boolean
  /** It inherits, or is inherited from, other than as a partition. */
  readonly inherits: boolean
  /** Triggers or rules of the application: a write to it may write elsewhere. */
  readonly hasSideEffects: boolean
  /** The text of a view; null of everything else. */
  readonly definition: string | null
  /** What a write to it may change through foreign keys, by `name`. */
  readonly cascades: readonly string[]
}

/** The relations of a database, by the names that statements give them. */
export interface Relations {
  /** By `name`, where it is on the search path, or `schema.name`. */
  find(name: string): Relation | undefined
  /** The same as long as nothing in it changed. */
  readonly digest: string
}

const listing = `
  with recursive top as (
    select c.oid, c.oid as root from pg_class c
    where not c.relispartition and c.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select i.inhrelid, top.root from top join pg_inherits i on i.inhparent = top.oid
      join pg_class child on child.oid = i.inhrelid and child.relispartition
  ), named as (
    select c.oid, n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  ), cascades as (
    select top.root, array_agg(distinct target.name) as names
    from pg_constraint k join top on top.oid = k.confrelid
      join top as child on child.oid = k.conrelid join named as target on target.oid = child.root
    where k.contype = 'f' and (k.confdeltype in ('c', 'n', 'd') or k.confupdtype in ('c', 'n', 'd'))
    group by top.root
  )
  select c.relname as name, n.nspname as schema, pg_table_is_visible(c.oid) as visible, root.name as root, c.relkind as kind,
    n.nspname in ('pg_catalog', 'information_schema', 'pg_toast') as system,
    c.relrowsecurity as "rowSecurity",
    not c.relispartition and c.relkind <> 'p' and exists (
      select 1 from pg_inherits i where i.inhrelid = c.oid or i.inhparent = c.oid) as inherits,
    (c.relhasrules and c.relkind not in ('v', 'm')) or exists (
      select 1 from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'
        and t.tgname not like 'hotpath\\_notify\\_%') as "hasSideEffects",
    case when c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema') then pg_get_viewdef(c.oid) end as definition,
    coalesce(cascades.names, '{}') as cascades
  from top join pg_class c on c.oid = top.oid join pg_namespace n on n.oid = c.relnamespace
    join named as root on root.oid = top.root left join cascades on cascades.root = top.root
  order by c.oid`

interface Row extends Omit<Relation, 'name'> {
  name: string
  schema: string
  visible: boolean
  root: string
}

/** Reads the catalog, in one statement. */
export async function loadRelations(database: Pick<Database, 'query'>): Promise<Relations> {
  const { rows } = await database.query<Row>(listing)
  const known = new Map<string, Relation>()
  for (const { name, schema, visible, root, ...rest } of rows) {
    const relation = { ...rest, name: root }
    known.set(`${schema}.${name}`, relation)
    if (visible) known.set(name, relation)
  }
  return { find: (name) => known.get(name), digest: digestOf(rows) }
}
