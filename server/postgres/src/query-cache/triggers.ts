import type { Database } from '../database.ts'
import { changesChannel } from './notices.ts'

/** A table whose outside writes are to be told, as `schema.name`. */
export interface WatchedTable {
  table: string
  /** Tells which rows changed, by this column. @default none: that the table changed */
  key?: string
}

/** pg_notify refuses 8,000 bytes; and who changes more rows than this changed the table. */
const longestPayload = 7_900
const mostKeys = 200

const notify = `
create schema if not exists hotpath;
create or replace function hotpath.notify_change() returns trigger language plpgsql
set search_path = pg_catalog as $$
declare
  keys jsonb;
  payload text := jsonb_build_array(tg_argv[0])::text;
  told text;
begin
  if tg_nargs > 1 and tg_op <> 'TRUNCATE' then
    execute format(case tg_op
      when 'INSERT' then 'select jsonb_agg(k) from (select distinct %1$I::text as k from added limit ${mostKeys + 1}) as keys'
      when 'DELETE' then 'select jsonb_agg(k) from (select distinct %1$I::text as k from removed limit ${mostKeys + 1}) as keys'
      else 'select jsonb_agg(k) from (select %1$I::text as k from added union select %1$I::text from removed limit ${mostKeys + 1}) as keys'
    end, tg_argv[1]) into keys;
    if keys is null then return null; end if;
    told := jsonb_build_array(tg_argv[0], tg_argv[1], keys)::text;
    if jsonb_array_length(keys) <= ${mostKeys} and octet_length(told) <= ${longestPayload} then payload := told; end if;
  end if;
  perform pg_notify('${changesChannel}', payload);
  return null;
end $$;
`

const events = [
  { event: 'insert', tables: 'referencing new table as added' },
  { event: 'update', tables: 'referencing old table as removed new table as added' },
  { event: 'delete', tables: 'referencing old table as removed' },
  { event: 'truncate', tables: '' },
] as const

/** A table, or a partition of one, that gets triggers of its own. */
interface Member {
  schema: string
  name: string
  /** `schema.name` of the topmost table. */
  root: string
  partitioned: boolean
}

const listing = `
  with recursive top as (
    select c.oid, n.nspname || '.' || c.relname as root, false as below from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema', 'hotpath')
    union all
    select i.inhrelid, top.root, true from top join pg_inherits i on i.inhparent = top.oid
      join pg_class child on child.oid = i.inhrelid and child.relispartition
  )
  select n.nspname as schema, c.relname as name, top.root, top.below or c.relkind = 'p' as partitioned
  from top join pg_class c on c.oid = top.oid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') order by 1, 2`

/** The tables that can be watched, by `schema.name`. */
export async function watchableTables(database: Pick<Database, 'query'>): Promise<string[]> {
  const { rows } = await database.query<Member>(listing)
  return [...new Set(rows.map(({ root }) => root))]
}

/**
 * Statements that install triggers on the tables and their partitions: after each statement that changes them, one
 * notice at commit. Installing takes a short lock of each table; it may be repeated.
 */
export async function installStatements(
  database: Pick<Database, 'query'>,
  watched: readonly WatchedTable[],
): Promise<string[]> {
  const { rows } = await database.query<Member>(listing)
  const keys = new Map(watched.map(({ table, key }) => [table, key]))
  const members = rows.filter(({ root }) => keys.has(root))
  return [notify, ...members.flatMap((member) => triggersOf(member, keys.get(member.root)))]
}

function triggersOf(member: Member, key: string | undefined): string[] {
  const target = `${identifier(member.schema)}.${identifier(member.name)}`
  return events.flatMap(({ event, tables }) => {
    // A statement on a partitioned table changes rows of its partitions: which is not told apart.
    const withKey = key !== undefined && !member.partitioned && event !== 'truncate'
    const told = [member.root, ...(withKey ? [key] : [])].map(literal).join(', ')
    return [
      `drop trigger if exists hotpath_notify_${event} on ${target}`,
      `create trigger hotpath_notify_${event} after ${event} on ${target} ${withKey ? tables : ''} for each statement execute function hotpath.notify_change(${told})`,
    ]
  })
}

const installed = `
  select n.nspname as schema, c.relname as name, t.tgname as trigger, encode(t.tgargs, 'hex') as arguments
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where t.tgname like 'hotpath\\_notify\\_%' and not t.tgisinternal order by 1, 2, 3`

interface Installed {
  schema: string
  name: string
  trigger: string
  /** Each ended by a zero byte, in hexadecimal digits. */
  arguments: string
}

/** The tables that have triggers now, and the key that they tell. */
export async function installedTriggers(database: Pick<Database, 'query'>): Promise<WatchedTable[]> {
  const { rows } = await database.query<Installed>(installed)
  return rows
    .filter(({ trigger }) => trigger === 'hotpath_notify_insert')
    .map(({ schema, name, arguments: given }) => {
      const [, key] = Buffer.from(given, 'hex').toString().split('\0')
      return { table: `${schema}.${name}`, ...(key && { key }) }
    })
}

/** Somebody else may keep things there. */
const dropSchema = `do $$ begin
  drop schema if exists hotpath;
exception when dependent_objects_still_exist then null; end $$`

/** Statements that remove all triggers of ours, and their function. */
export async function removeStatements(database: Pick<Database, 'query'>): Promise<string[]> {
  const { rows } = await database.query<Installed>(installed)
  const drops = rows.map(
    ({ schema, name, trigger }) =>
      `drop trigger if exists ${trigger} on ${identifier(schema)}.${identifier(name)}`,
  )
  return [...drops, 'drop function if exists hotpath.notify_change()', dropSchema]
}

/** Runs them in one transaction; a table that is in use for longer than this is not waited for. */
export async function runTogether(database: Database, statements: readonly string[]): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query(`begin; set local lock_timeout = '5s'`)
    for (const statement of statements) await client.query(statement)
    await client.query('commit')
  } finally {
    client.release()
  }
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
