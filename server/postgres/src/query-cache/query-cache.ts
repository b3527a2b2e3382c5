import type { Cache, EntryOptions } from '@hotpath/cache'
import { type Duration, parseDuration } from '@hotpath/core'
import type { QueryResultRow } from 'pg'
import type { Database, DatabaseResult } from '../database.ts'
import { postgresErrors } from '../errors.ts'
import type { Router } from '../router/router.ts'
import { loadFunctions } from '../schema/functions.ts'
import { loadRelations } from '../schema/relations.ts'
import { isPlainRead } from '../schema/is-plain-read.ts'
import { createLru } from '../tap/lru.ts'
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
  key: string
  dependencies: Dependencies
}

const maxPlans = 2_000

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
    const plan = { key: `${sql.length}:${sql}`, dependencies }
    plans.set(sql, plan)
    return plan
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
    async query<Row>(sql: string, params: readonly unknown[] = [], given: CachedQueryOptions = {}) {
      const { tables, tags = [], ...entry } = given
      const plan = planOf(sql)
      const values = valuesKey(params)
      const found = tables ? declaredTables(tables) : plan.dependencies
      if ('refused' in found || values === undefined || listener?.isListening() === false) {
        return database.query<Row>(sql, params)
      }
      const load = () => ask<Row>(sql, params)
      const key = tables ? null : keys.find(sql, params)
      const own = key
        ? [keyTag(key.table, key.column, key.value), keysTag(key.table)]
        : found.tables.map(tableTag)
      return cache.getOrLoad(`${plan.key}${values}`, load, { ...entry, tags: [...tags, ...own, anyTable] })
    },
    refusal(sql) {
      const { dependencies } = planOf(sql)
      return 'refused' in dependencies ? dependencies.refused : null
    },
    isListening: () => listener?.isListening() ?? false,
    close: () => (closed ??= close()),
  }
}

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
