import { AsyncLocalStorage } from 'node:async_hooks'
import type { PoolClient, QueryResultRow } from 'pg'
import type { DatabaseResult } from '../database.ts'
import { loadFunctions } from '../schema/functions.ts'
import { createStatementReader } from '../tap/statement-reader.ts'
import { openFleet } from './fleet.ts'
import { readRouterOptions, type RouterOptions } from './options.ts'
import { primaryPosition } from './probe.ts'
import { noReads, type ReadContext, type ReadCounts, readElsewhere } from './reads.ts'
import type { ReplicaStatus } from './replica-state.ts'
import { createRoutedPool, type RoutedPool } from './routed-pool.ts'
import { createSession, currentSession, type QueryRouting, runInSession, runRouted } from './session.ts'
import { shareAsks } from './share-asks.ts'
import { pinningToken, readToken, writeToken } from './token.ts'
import { noticeWrites, positionOf, runTransaction } from './writes.ts'

export interface SessionOptions extends QueryRouting {
  /** What `token()` gave to this client before, from its cookie or header. */
  token?: string | null
  /**
   * Takes what the client is to send along from now on, at each write, before its caller is answered: the moment to
   * set a cookie. @default nobody; ask for `token()`
   */
  onToken?: (token: string) => void
}

/** Sends reads to replicas, where that is asked for and shows nobody an older state than they may see. */
export interface Router {
  /**
   * Runs one statement: on a replica where that is allowed, harmless and up to date, else on the primary.
   * @throws as Database.query does
   */
  query<Row = QueryResultRow>(
    sql: string,
    params?: readonly unknown[],
    routing?: QueryRouting,
  ): Promise<DatabaseResult<Row>>
  /** The same for libraries that take a pg.Pool (Kysely): what is said around a statement routes it. */
  readonly pool: RoutedPool
  /** Runs `work` in a transaction on the primary; what it throws rolls back. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  /** Does one client's work: its reads see what it wrote, also in other requests and processes, by its token. */
  run<T>(options: SessionOptions, work: () => T): T
  /** Does a part of it with other reads. What asks for `current` reads gets them, whatever is said within. */
  route<T>(routing: QueryRouting, work: () => T): T
  /** What the client is to send along from now on; null while it has written nothing that a replica may lack. */
  token(): Promise<string | null>
  /** How long a client is to keep its token, in milliseconds. */
  readonly tokenTtlMs: number
  report(): RouterReport
  /** Asks all servers now where they are. */
  poll(): Promise<void>
  close(): Promise<void>
}

export interface RouterReport {
  reads: ReadCounts
  replicas: { name: string; status: ReplicaStatus; lagMs: number | null; inFlight: number }[]
}

/**
 * Opens a router over databases that are open; closing it leaves them so. Writes through the primary's pool are seen,
 * whichever library sends them.
 * @throws HP_DATABASE_OPTION_INVALID
 */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const settings = readRouterOptions(options)
  const { primary, secret } = options
  const reader = createStatementReader()
  await reader.ready()
  const functions = await loadFunctions(primary)
  const fleet = await openFleet(primary, options.replicas, settings)
  const aside = AsyncLocalStorage.snapshot() as <T>(work: () => T) => T
  // Many reads of many requests wait for one answer, which the end of one of them must not cancel.
  const askPosition = shareAsks(() => aside(() => primaryPosition(primary)))
  const context: ReadContext = {
    fleet,
    settings,
    reader,
    functions,
    reads: noReads(),
    askPosition,
    aside,
  }
  const unwatch = noticeWrites(primary, { reader, functions })

  async function token(): Promise<string | null> {
    const session = currentSession()
    const position = session ? await positionOf(session, askPosition) : null
    return position && writeToken(position, { secret, at: settings.wallClock() })
  }

  return {
    tokenTtlMs: settings.tokenTtlMs,
    pool: createRoutedPool(primary.pool, (sql, params) => readElsewhere(context, { sql, params })),
    async query<Row>(sql: string, params: readonly unknown[] = [], routing: QueryRouting = {}) {
      const answered = await readElsewhere(context, { sql, params, routing })
      if (!answered) return primary.query<Row>(sql, params)
      return { rows: answered.rows as Row[], rowCount: answered.rowCount ?? 0, command: answered.command }
    },
    transaction: (work) => runTransaction(primary, work),
    route: runRouted,
    run({ token: given = null, onToken, ...routing }, work) {
      const { wallClock, tokenTtlMs } = settings
      const read = given === null ? null : readToken(given, { secret, now: wallClock(), ttlMs: tokenTtlMs })
      const session = createSession({
        position: typeof read === 'object' ? read : null,
        // Not ours: of another secret, or damaged. What it would have said is not known.
        pinned: read === 'invalid',
        // A write that stands, and nobody knows where: the client's reads stay at the primary for a while.
        onWrite: onToken && (async () => onToken((await token().catch(() => null)) ?? pinningToken)),
      })
      return runInSession(session, routing, work)
    },
    token,
    report: () => ({
      reads: { ...context.reads },
      replicas: fleet.replicas.map(({ name, state, inFlight }) => ({
        name,
        status: state.status,
        lagMs: Number.isFinite(state.freshAt) ? settings.now() - state.freshAt : null,
        inFlight,
      })),
    }),
    poll: () => fleet.poll(),
    async close() {
      unwatch()
      await fleet.close()
    },
  }
}
