import type { Cache, EntryOptions } from '@hotpath/cache'
import { type Duration, parseDuration } from '@hotpath/core'
import type { QueryResultRow } from 'pg'
import type { Database, DatabaseResult } from '../database.ts'
import { postgresErrors } from '../errors.ts'
import type { Router } from '../router/router.ts'
import { loadFunctions } from '../schema/functions.ts'
import { loadRelations } from '../schema/relations.ts'
import { isPlainRead } from '../schema/is-plain-read.ts'
import { createLru, type Lru } from '../tap/lru.ts'
import { createStatementReader } from '../tap/statement-reader.ts'
import { type Committed, watchWrites } from '../writes/watch-writes.ts'
import { changedTags } from './changes.ts'
import { type Dependencies, dependenciesOf, type Schema } from './dependencies.ts'
import { type KeyColumns, openKeys } from './keys.ts'
import { type Listener, openListener } from './listener.ts'
import { anyTable, keysTag, keyTag, tableTag } from './tags.ts'
import { valuesKey } from './value-key.ts'

export interface QueryCacheOptions {
  database: Database
  /** Keeps the results, under the application's tags. One query cache for each. */
  cache: Cache
  /** Lets misses be read from replicas that have everything committed before. @default the primary alone */
  router?: Router
  /** Only results of these tables are kept, so that writes to others cost nothing. @default all tables */
  tables?: readonly string[]
  /** By table, the column whose rows are told apart: `{ ballots: 'id' }`. @default none: a write concerns its table */
  keys?: KeyColumns
  /** `triggers`: hears of writes from elsewhere (`hotpath db triggers --install`). @default 'none' */
  outside?: 'triggers' | 'none'
  /** How often the connection that hears of them has to show that it lives, and how long it then has. @default '1s' */
  heartbeat?: Duration
  /** How often the schema is read again, for changes made elsewhere. @default '1m' */
  schemaEvery?: Duration
}

export interface CachedQueryOptions extends EntryOptions {
  /** The tables that the result depends on, where the statement does not show them. */
  tables?: readonly string[]
}

/** Results of reads, kept until a write concerns them. */
export interface QueryCache {
  /**
   * The result of a read, from the cache where nothing it depends on was changed since. Rows are shared and frozen: not
   * to be modified. What cannot be cached is asked of the database each time; `refusal` says why.
   * @throws as Database.query and Cache.getOrLoad do; HP_DATABASE_OPTION_INVALID for a table that there is not
   */
  query<Row = QueryResultRow>(
    sql: string,
    params?: readonly unknown[],
    options?: CachedQueryOptions,
  ): Promise<DatabaseResult<Row>>
  /** Why a statement is not cached; null where it is. */
  refusal(sql: string): string | null
  /** Whether writes from elsewhere are heard of now; while they are not, nothing is served from the cache. */
  isListening(): boolean
  /** Ends what was opened here; the database and the cache stay open. May be repeated. */
  close(): Promise<void>
}

interface Plan {
  sql: string
  /** What the keys of its results begin with. */
  prefix: string
  dependencies: Dependencies
  /** Results by the one value that was asked with: a hit finds its key made, and does nothing that only a load needs. */
  kept: Lru<Asked, Scalar>
}

/** A result as the object cache is asked for it. */
interface Asked {
  key: string
  options: EntryOptions
}

type Scalar = string | number

const maxPlans = 2_000
/** Of each statement, in number and length: keys are made anew beyond it. */
const maxKept = 1_000
const longestKept = 100
const noValues: readonly unknown[] = []

/** @throws HP_DATABASE_OPTION_INVALID, HP_DURATION_INVALID, and what the database throws */
export async function createQueryCache(options: QueryCacheOptions): Promise<QueryCache> {
  const { database, cache, router, outside = 'none', heartbeat = '1s', schemaEvery = '1m' } = options
  const beatMs = parseDuration(heartbeat)
  const reader = createStatementReader()
  await reader.ready()
  let schema = await loadSchema(database)
  const keys = await openKeys(database, options.keys ?? {}, () => schema)
  let plans = createLru<Plan>(maxPlans)
  const isNamed = (table: string) =>
    options.tables?.some((name) => schema.relations.find(name)?.name === table)
  const keeps = (table: string) => isNamed(table) ?? true
  const invalidate = async (tags: readonly string[]) => void (await cache.invalidate({ tags }))

  /** Everything is dropped where the schema changed: results may have been kept under too few tags. */
  async function renewSchema(): Promise<void> {
    const { relations, functions } = schema
    schema = await loadSchema(database)
    if (schema.relations.digest === relations.digest && schema.functions.digest === functions.digest) return
    plans = createLru(maxPlans)
    await invalidate([anyTable])
  }

  async function committed({ statements }: Committed): Promise<void> {
    const tags = changedTags(statements, schema, { keyOf: keys.ofWrite, keeps })
    if (tags.length > 0) await invalidate(tags)
    if (!statements.some(({ facts }) => !facts || facts.kind === 'schema')) return
    await renewSchema()
  }

  function planOf(sql: string): Plan {
    const known = plans.get(sql)
    if (known) return known
    const found = dependenciesOf(sql, schema, { read: reader.read })
    const other = 'refused' in found ? undefined : found.tables.find((table) => !keeps(table))
    const dependencies = other === undefined ? found : { refused: `results of ${other} are not kept` }
    const plan = {
      sql,
      prefix: `${sql.length}:${sql}`,
      dependencies,
      kept: createLru<Asked, Scalar>(maxKept),
    }
    plans.set(sql, plan)
    return plan
  }

  /** Undefined for what cannot be cached. */
  function asked(plan: Plan, params: readonly unknown[], given: CachedQueryOptions): Asked | undefined {
    const { tables, tags = [], ...entry } = given
    const values = valuesKey(params)
    const found = tables ? declaredTables(tables) : plan.dependencies
    if ('refused' in found || values === undefined) return undefined
    const row = tables ? null : keys.find(plan.sql, params)
    const own = row
      ? [keyTag(row.table, row.column, row.value), keysTag(row.table)]
      : found.tables.map(tableTag)
    return { key: `${plan.prefix}${values}`, options: { ...entry, tags: [...tags, ...own, anyTable] } }
  }

  /** The same for one value and nothing else, which most statements are asked with. */
  function askedWith(plan: Plan, value: Scalar): Asked | undefined {
    const known = plan.kept.get(value)
    if (known !== undefined) return known
    const made = asked(plan, [value], {})
    if (made !== undefined) plan.kept.set(value, made)
    return made
  }

  function declaredTables(names: readonly string[]): Dependencies {
    const found = declared(names, schema)
    return 'tables' in found && !found.tables.every(keeps) ? { refused: 'not all are kept' } : found
  }

  const unwatch = watchWrites(database.pool, {
    classify(text) {
      const facts = reader.read(text)
      return isPlainRead(facts, schema.functions) ? 'nothing' : facts
    },
    committed,
  })
  const listener: Listener | null =
    outside === 'none'
      ? null
      : await openListener({
          database,
          beatMs,
          onChange: (tags) => void invalidate(tags),
          onGap: () => invalidate([anyTable]),
        })
  const timer = setInterval(() => void renewSchema().catch(() => {}), parseDuration(schemaEvery))
  timer.unref()
  const ask = <Row>(sql: string, params: readonly unknown[]): Promise<DatabaseResult<Row>> =>
    router
      ? router.query<Row>(sql, params, { replica: true, read: 'current' })
      : database.query<Row>(sql, params)

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    clearInterval(timer)
    unwatch()
    await listener?.close()
  }

  return {
    query<Row>(sql: string, params = noValues, given?: CachedQueryOptions) {
      try {
        const plan = planOf(sql)
        const [value] = params
        const isUsual = given === undefined && params.length === 1 && isScalar(value)
        const known = isUsual ? askedWith(plan, value) : asked(plan, params, given ?? {})
        if (known === undefined || listener?.isListening() === false) return database.query<Row>(sql, params)
        return cache.getOrLoad(known.key, () => ask<Row>(sql, params), known.options)
      } catch (error) {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as it was thrown
        return Promise.reject(error)
      }
    },
    refusal(sql) {
      const { dependencies } = planOf(sql)
      return 'refused' in dependencies ? dependencies.refused : null
    },
    isListening: () => listener?.isListening() ?? false,
    close: () => (closed ??= close()),
  }
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || (typeof value === 'string' && value.length <= longestKept)

async function loadSchema(database: Database): Promise<Schema> {
  const [relations, functions] = await Promise.all([loadRelations(database), loadFunctions(database)])
  return { relations, functions }
}

function declared(names: readonly string[], { relations }: Schema): Dependencies {
  const tables = names.map((name) => {
    const relation = relations.find(name)
    if (relation) return relation.name
    throw postgresErrors.HP_DATABASE_OPTION_INVALID({
      option: 'tables',
      given: name,
      problem: 'There is no such table.',
    })
  })
  return { tables }
}
