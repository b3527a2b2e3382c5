import type { Cache, Purge, QueryCache } from '@hotpath/app'
import type { Db } from '../schema.ts'
import type { Tokens } from '../token.ts'

/** What the handlers work with; app.ts hands in the real things, tests may hand in others. */
export interface ApiContext {
  db: Db
  /** Objects by key; the HTTP cache in front of it is not the handlers' affair. */
  cache: Cache
  /** Results of statements, kept until their tables change. */
  queries: Pick<QueryCache, 'query'>
  /** Resolves when nothing that depends on these tags is served any more. */
  invalidate(what: Purge): Promise<unknown>
  /** The figures of the administration page: `api` and `cache`. */
  snapshot(): object
  tokens: Tokens
  /** Milliseconds since 1970. */
  clock: () => number
}
