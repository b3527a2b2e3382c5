import type { PoolClient, QueryResult, QueryResultRow } from 'pg'
import { postgresErrors } from '../errors.ts'
import type { DatabasePool } from '../pool.ts'
import { currentSession } from './session.ts'
import { commit } from './writes.ts'

type Release = (error?: Error | boolean) => void

/** What a library sees of a connection. It has one of the primary's from the first statement on that needs it. */
export interface RoutedClient {
  /**
   * @throws HP_ROUTED_CURSOR for a cursor before any statement that holds a connection; and as pg's own does
   */
  query<Row extends QueryResultRow = any>(
    sql: string,
    params?: readonly unknown[],
  ): Promise<QueryResult<Row> & { rowCount: number; command: any }>
  query<Cursor extends { submit?: unknown; read: unknown }>(cursor: Cursor): Cursor
  release: Release
}

/** A pool that routes what comes through it: reads as is said around them, all else to the primary. */
export interface RoutedPool {
  readonly options: object
  connect(): Promise<RoutedClient>
  /** Ends the primary's pool. */
  end(): Promise<void>
}

type AskReplica = (sql: string, params: readonly unknown[]) => Promise<QueryResult | undefined>

const committing = /^\s*commit\s*;?\s*$/i

/**
 * Makes one over the primary's pool. A read outside of transactions asks a replica first; from the first statement on
 * that the primary answers, the client stays there: it may have begun a transaction, or changed its session.
 */
export function createRoutedPool(primary: DatabasePool, askReplica: AskReplica): RoutedPool {
  return {
    options: primary.options,
    connect: async () => routedClient(primary, askReplica),
    end: () => primary.end(),
  }
}

function routedClient(primary: DatabasePool, askReplica: AskReplica): RoutedClient {
  let held: PoolClient | undefined
  let acquiring: Promise<PoolClient> | undefined
  let released = false

  async function acquire(): Promise<PoolClient> {
    const client = await primary.connect()
    if (released) client.release()
    else held = client
    return client
  }

  async function send(sql: string, params: readonly unknown[]): Promise<QueryResult> {
    if (released) throw postgresErrors.HP_CLIENT_RELEASED()
    const elsewhere = acquiring ? undefined : await askReplica(sql, params)
    if (elsewhere) return elsewhere
    const client = await (acquiring ??= acquire())
    // In one round trip, where somebody needs to know the commit's place.
    if (currentSession() && committing.test(sql)) return commit(client)
    return client.query(sql, params as unknown[])
  }

  function query(given: string | { submit?: unknown }, params: readonly unknown[] = []): unknown {
    if (typeof given === 'string') return send(given, params)
    if (!held) throw postgresErrors.HP_ROUTED_CURSOR()
    return held.query(given as never)
  }

  return {
    query: query as RoutedClient['query'],
    release(error) {
      if (released) throw postgresErrors.HP_CLIENT_RELEASED_TWICE()
      released = true
      held?.release(error)
    },
  }
}
