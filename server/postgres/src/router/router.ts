import type { PoolClient, QueryResultRow } from 'pg'
import type { Database, DatabaseResult } from '../database.ts'
import { loadFunctions, type Functions } from '../schema/functions.ts'
import { isPlainRead } from '../schema/is-plain-read.ts'
import { createStatementReader, type StatementReader } from '../tap/statement-reader.ts'
import { watchWrites } from '../writes/watch-writes.ts'
import { isCaughtUp } from './caught-up.ts'
import { choose } from './choose.ts'
import { openFleet, type Fleet, type Replica } from './fleet.ts'
import { type Lsn, type Position } from './lsn.ts'
import { readRouterOptions, type RouterOptions, type RouterSettings } from './options.ts'
import { commitAndAsk, committedPosition, primaryPosition } from './probe.ts'
import type { ReplicaStatus } from './replica-state.ts'
import {
  advanceSession,
  createSession,
  currentSession,
  outsideSessions,
  type ReadDemand,
  runInSession,
  type Session,
} from './session.ts'
import { readToken, writeToken } from './token.ts'
import { replicaTrouble } from './trouble.ts'

export interface QueryRouting {
  /** Whether a replica may answer. @default what the session says, else false */
  replica?: boolean
  /** @default what the session says, else 'session' */
  read?: ReadDemand
}

export interface SessionOptions extends QueryRouting {
  /** What `token()` gave to this client before, from its cookie or header. */
  token?: string | null
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
  /** Runs `work` in a transaction on the primary; what it throws rolls back. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  /** Does one client's work: its reads see what it wrote, also in other requests and processes, by its token. */
  run<T>(options: SessionOptions, work: () => T): T
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
  /** Reads by where they were answered, and of those that might have used a replica, why the primary answered. */
  reads: {
    replica: number
    primary: number
    statement: number
    lagging: number
    unavailable: number
    trouble: number
  }
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
  const reads: RouterReport['reads'] = {
    replica: 0,
    primary: 0,
    statement: 0,
    lagging: 0,
    unavailable: 0,
    trouble: 0,
  }
  const unwatch = noticeWrites({ primary, reader, functions })
  const context: Context = { primary, fleet, settings, reader, functions, reads }

  return {
    tokenTtlMs: settings.tokenTtlMs,
    async query<Row>(sql: string, params: readonly unknown[] = [], routing: QueryRouting = {}) {
      const session = currentSession()
      const mayUseReplica = routing.replica ?? session?.replica ?? false
      const answered = mayUseReplica
        ? await readElsewhere<Row>(context, {
            sql,
            params,
            demand: routing.read ?? session?.read ?? 'session',
            session,
          })
        : undefined
      if (answered) return answered
      reads.primary += 1
      return primary.query<Row>(sql, params)
    },
    transaction: (work) => runTransaction(primary, work),
    run: ({ token = null, ...routing }, work) => {
      const { wallClock, tokenTtlMs } = settings
      const read = token === null ? null : readToken(token, { secret, now: wallClock(), ttlMs: tokenTtlMs })
      const position = typeof read === 'object' ? read : null
      // Not ours: of another secret, or damaged. What it would have said is not known.
      return runInSession(createSession({ ...routing, position, pinned: read === 'invalid' }), work)
    },
    async token() {
      const session = currentSession()
      if (!session) return null
      const position = await positionOf(session, primary)
      return position && writeToken(position, { secret, at: settings.wallClock() })
    },
    report: () => ({
      reads: { ...reads },
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

interface Context {
  primary: Database
  fleet: Fleet
  settings: RouterSettings
  reader: StatementReader
  functions: Functions
  reads: RouterReport['reads']
}

/** Connections in transactions that ask for their position themselves. */
const asksItself = new WeakSet<object>()

/** Every write in a session is noted there; where the log then stood is asked when somebody needs to know. */
function noticeWrites({
  primary,
  reader,
  functions,
}: Pick<Context, 'primary' | 'reader' | 'functions'>): () => void {
  return watchWrites(primary.pool, {
    classify(text) {
      const facts = reader.read(text)
      return isPlainRead(facts, functions) ? 'nothing' : facts
    },
    committed({ client }) {
      const session = currentSession()
      if (session && !asksItself.has(client)) session.wrote = true
    },
  })
}

async function positionOf(session: Session, primary: Database): Promise<Position | null> {
  while (session.wrote) {
    // Whatever is written while the primary is asked has to be asked for again.
    session.wrote = false
    try {
      advanceSession(session, await outsideSessions(() => primaryPosition(primary)))
    } catch (error) {
      session.wrote = true
      throw error
    }
  }
  return session.position
}

interface Read {
  sql: string
  params: readonly unknown[]
  demand: ReadDemand
  session: Session | undefined
}

/** The answer of a replica; undefined where the primary has to be asked. */
async function readElsewhere<Row>(context: Context, read: Read): Promise<DatabaseResult<Row> | undefined> {
  const { fleet, settings, reader, functions, reads, primary } = context
  const { session, demand } = read
  if (session?.pinned || !isPlainRead(reader.read(read.sql), functions)) {
    reads.statement += 1
    return undefined
  }
  const timeline = fleet.timeline()
  const position =
    demand === 'current'
      ? await outsideSessions(() => primaryPosition(primary))
      : session && (await positionOf(session, primary))
  if (timeline === null || (position && position.timeline !== timeline)) {
    reads.unavailable += 1
    return undefined
  }
  const oldest = fleet.oldest()
  const required = position && position.lsn > oldest ? position.lsn : oldest
  const choice = choose({ replicas: fleet.replicas, required, ...settings, now: settings.now() })
  if (choice.to === 'primary') {
    reads[choice.why] += 1
    return undefined
  }
  return readFrom<Row>(context, fleet.replicas[choice.index]!, { ...read, required })
}

async function readFrom<Row>(
  { settings, fleet, reads }: Context,
  replica: Replica,
  { sql, params, required }: Read & { required: Lsn },
): Promise<DatabaseResult<Row> | undefined> {
  replica.inFlight += 1
  try {
    const client = await replica.database.pool.connect()
    try {
      const isUpToDate = await isCaughtUp(client, {
        required,
        maxWaitMs: settings.maxWaitMs,
        now: settings.now,
      })
      if (!isUpToDate) {
        reads.lagging += 1
        return undefined
      }
      const { rows, rowCount, command } = await client.query<Row & QueryResultRow>(sql, params as unknown[])
      reads.replica += 1
      return { rows, rowCount: rowCount ?? 0, command }
    } finally {
      client.release()
    }
  } catch (error) {
    const trouble = replicaTrouble(error)
    if (trouble === null) throw error
    if (trouble === 'gone') fleet.failed(replica)
    reads.trouble += 1
    return undefined
  } finally {
    replica.inFlight -= 1
  }
}

async function runTransaction<T>(primary: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const session = currentSession()
  const client = await primary.pool.connect()
  try {
    asksItself.add(client)
    await client.query('begin')
    const result = await work(client)
    const answers = (await client.query(commitAndAsk)) as unknown as Parameters<typeof committedPosition>[0]
    const position = committedPosition(answers)
    if (session && position) advanceSession(session, position)
    return result
  } finally {
    asksItself.delete(client)
    // A client that comes back inside a transaction is rolled back by the pool.
    client.release()
  }
}
