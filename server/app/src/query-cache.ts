import type { Cache } from '@hotpath/cache'
import type { Database } from '@hotpath/postgres'
import {
  createQueryCache,
  installedTriggers,
  type QueryCache,
  type QueryCacheOptions,
} from '@hotpath/postgres/query-cache'
import type { Replicas } from './replicas.ts'

/** How results are kept; what is missing is taken from the application. */
export type OwnQueryCacheOptions = Pick<
  QueryCacheOptions,
  'tables' | 'keys' | 'outside' | 'heartbeat' | 'schemaEvery'
>

export interface OpenQueryCache {
  database: Database
  cache: Cache
  replicas: Replicas
  /** Without the layer every result is asked of the database. */
  enabled: boolean
}

/**
 * Opens the application's query cache, once its tables are there. Writes from elsewhere are heard of where
 * `hotpath db triggers --install` has put triggers.
 * @throws as createQueryCache of @hotpath/postgres
 */
export async function openQueryCache(
  given: OwnQueryCacheOptions,
  { database, cache, replicas, enabled }: OpenQueryCache,
): Promise<QueryCache> {
  if (!enabled) return passThrough(database)
  const { router } = replicas
  const outside = given.outside ?? ((await installedTriggers(database)).length > 0 ? 'triggers' : 'none')
  return createQueryCache({ ...given, outside, database, cache, ...(router && { router }) })
}

const passThrough = (database: Database): QueryCache => ({
  query: (sql, params) => database.query(sql, params),
  refusal: () => 'the layer is off',
  isListening: () => false,
  close: async () => {},
})
