import type { Database } from '../database.ts'
import { digestOf } from './digest.ts'

/** How a function's result may change, by the least steady of its overloads (pg_proc.provolatile). */
export type Volatility = 'immutable' | 'stable' | 'volatile'

export interface FunctionFacts {
  volatility: Volatility
  /** PostgreSQL's own, not the application's. */
  builtin: boolean
}

/** The functions of a database, by name; a name stands for all its overloads. */
export interface Functions {
  /** Undefined where there is no such function, as far as is known. */
  find(name: string): FunctionFacts | undefined
  /** The same as long as nothing in it changed. */
  readonly digest: string
}

const levels: readonly Volatility[] = ['immutable', 'stable', 'volatile']

const listing = `
  select p.proname as name, n.nspname as schema, max(case p.provolatile when 'i' then 0 when 's' then 1 else 2 end) as level
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.prorettype <> 'trigger'::regtype
  group by p.proname, n.nspname order by p.proname, n.nspname`

export async function loadFunctions(database: Pick<Database, 'query'>): Promise<Functions> {
  const { rows } = await database.query<{ name: string; schema: string; level: number }>(listing)
  const known = new Map<string, FunctionFacts>()
  for (const { name, schema, level } of rows) {
    const builtin = schema === 'pg_catalog'
    const facts = { volatility: levels[level]!, builtin }
    known.set(`${schema}.${name}`, facts)
    const other = known.get(name)
    known.set(name, other ? leastSteady(other, facts) : facts)
  }
  return { find: (name) => known.get(name), digest: digestOf(rows) }
}

function leastSteady(a: FunctionFacts, b: FunctionFacts): FunctionFacts {
  const volatility =
    levels.indexOf(a.volatility) >= levels.indexOf(b.volatility) ? a.volatility : b.volatility
  return { volatility, builtin: a.builtin && b.builtin }
}
