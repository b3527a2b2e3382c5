import { AsyncLocalStorage } from 'node:async_hooks'
import { HotpathError } from '@hotpath/core'
import { DatabaseError, Pool, type PoolClient, type PoolConfig } from 'pg'
import { type ClientSettings, type ObservedClient, observedClientClass, withCallerStack } from './client.ts'
import { postgresErrors } from './errors.ts'
import { createPoolWatch, type PoolStats, type PoolWatch } from './pool-watch.ts'
import { isWorthRetrying, pauseBefore } from './retry.ts'

export interface PoolSettings extends ClientSettings {
  max: number
  /** How often a failed attempt to connect is repeated, and the pause before the first repeat. */
  connectRetries: number
  retryDelayMs: number
  /** By how much that pause grows with each repeat. */
  retryFactor: number
  /** From how long on a client that is out counts as a leak. */
  leakAfterMs: number
  /** Spreads retries: 0 up to 1. */
  random: () => number
  connectTimeoutMs: number
  closeTimeoutMs: number
  /** What a failed attempt to connect means to a person. */
  explainConnectError: (error: Error) => Error
  /** What to let go of once all connections are closed. */
  afterEnd: () => Promise<void>
}

type Release = (error?: Error | boolean) => void
type Acquired = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void

/**
 * pg's own Pool, in what it is and in how it is used, so that every library that takes one takes this one. It adds:
 * errors with a name, a rollback where a client comes back inside a transaction, connections that outlive an SQL
 * error, and an end that waits for running statements, but not for ever.
 */
export class DatabasePool extends Pool {
  readonly #settings: PoolSettings
  readonly #clients = new Set<PoolClient>()
  readonly #waiters = new Set<(error: Error) => void>()
  /** Callers that wait for a client or hold one. */
  #callers = 0
  #whenDrained: (() => void) | undefined
  #ended: Promise<void> | undefined
  readonly #watch: PoolWatch
  /** The first connection of all is not retried: a wrong URL is to be told at once. */
  #hasConnected = false
  /** Within pool.query, whose client cannot leak. */
  #inQuery = false

  constructor(config: PoolConfig, settings: PoolSettings) {
    const { max, connectTimeoutMs } = settings
    super({
      ...config,
      max,
      connectionTimeoutMillis: connectTimeoutMs,
      Client: observedClientClass(settings),
    })
    this.#settings = settings
    this.query = this.#marked(this.query.bind(this))
    this.#watch = createPoolWatch(max, settings)
    // An idle connection that breaks is replaced at the next checkout; an unheard 'error' would end the process.
    this.on('error', () => {})
    this.on('connect', (client) => {
      this.#hasConnected = true
      this.#clients.add(client)
    })
    this.on('remove', (client) => this.#clients.delete(client))
  }

  /** @throws HP_POOL_TIMEOUT, HP_DATABASE_UNREACHABLE, HP_DATABASE_REFUSED, HP_DATABASE_CLOSED */
  override connect(): Promise<PoolClient>
  override connect(callback: Acquired): void
  override connect(callback?: Acquired): Promise<PoolClient> | void {
    if (callback) return this.#acquire(callback)
    return new Promise<PoolClient>((resolve, reject) => {
      this.#acquire((error, client) => (error ? reject(error) : resolve(client!)))
    }).catch(withCallerStack)
  }

  /** How it has fared since its start. */
  stats(): PoolStats & { max: number; total: number; idle: number; waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this
    return { max: this.#settings.max, total, idle, waiting, ...this.#watch.stats() }
  }

  /** Refuses new callers, waits up to closeTimeout for those that came before, then closes all. May be repeated. */
  override end(): Promise<void>
  override end(callback: () => void): void
  override end(callback?: () => void): Promise<void> | void {
    this.#ended ??= this.#end(super.end.bind(this))
    return callback ? void this.#ended.finally(callback) : this.#ended
  }

  /** pool.query asks for its connection before it returns. */
  #marked<Query extends (...args: never[]) => unknown>(query: Query): Query {
    const marked = (...args: never[]): unknown => {
      this.#inQuery = true
      try {
        return query(...args)
      } finally {
        this.#inQuery = false
      }
    }
    return marked as Query
  }

  #acquire(acquired: Acquired): void {
    // A client that another caller gives back is handed over in that one's context.
    const callback = AsyncLocalStorage.bind(acquired)
    if (this.#ended) return callback(postgresErrors.HP_DATABASE_CLOSED(), undefined, () => {})
    const { now } = this.#settings
    const startedAt = now()
    this.#callers += 1
    const giveUp = (error: Error): void => {
      this.#left()
      callback(error, undefined, () => {})
    }
    this.#waiters.add(giveUp)
    const loan = this.#watch.asked(!this.#inQuery)
    const attempt = (number: number): void =>
      super.connect((error, client) => {
        const waitedMs = now() - startedAt
        if (!this.#waiters.has(giveUp)) return client?.release()
        const pauseMs = error && this.#pauseBeforeRetry(error, { number, waitedMs })
        if (pauseMs !== undefined) {
          this.#watch.retried()
          return void setTimeout(() => this.#waiters.has(giveUp) && attempt(number + 1), pauseMs)
        }
        this.#waiters.delete(giveUp)
        if (error) return giveUp(this.#explain(error, waitedMs))
        this.#watch.lent(loan, waitedMs)
        const leased = lease(client as PoolClient & ObservedClient, () => {
          this.#watch.returned(loan)
          this.#left()
        })
        callback(undefined, leased, leased.release)
      })
    attempt(1)
  }

  #pauseBeforeRetry(
    error: Error,
    { number, waitedMs }: { number: number; waitedMs: number },
  ): number | undefined {
    const { connectRetries, retryDelayMs, retryFactor, connectTimeoutMs, random } = this.#settings
    if (!this.#hasConnected || number > connectRetries || !isWorthRetrying(error)) return undefined
    const pauseMs = pauseBefore(number, { baseMs: retryDelayMs, factor: retryFactor, random: random() })
    return waitedMs + pauseMs < connectTimeoutMs ? pauseMs : undefined
  }

  #left(): void {
    this.#callers -= 1
    if (this.#callers === 0) this.#whenDrained?.()
  }

  #explain(error: Error, waitedMs: number): Error {
    const { max, explainConnectError } = this.#settings
    if (error.message !== 'timeout exceeded when trying to connect') return explainConnectError(error)
    this.#watch.timedOut()
    const busy = this.totalCount - this.idleCount
    const waited = Math.round(waitedMs)
    return postgresErrors.HP_POOL_TIMEOUT({ waited, busy, max, waiting: this.waitingCount })
  }

  async #end(endClients: () => Promise<void>): Promise<void> {
    let bound: NodeJS.Timeout | undefined
    const outOfTime = new Promise<void>((resolve) => {
      bound = setTimeout(resolve, this.#settings.closeTimeoutMs)
    })
    const drained = new Promise<void>((resolve) => {
      this.#whenDrained = resolve
      if (this.#callers === 0) resolve()
    })
    await Promise.race([drained, outOfTime])
    for (const giveUp of this.#waiters) giveUp(postgresErrors.HP_DATABASE_CLOSED())
    this.#waiters.clear()
    await Promise.race([endClients(), outOfTime])
    clearTimeout(bound)
    for (const { connection } of this.#clients) connection.stream.destroy(postgresErrors.HP_DATABASE_CLOSED())
    await this.#settings.afterEnd()
  }
}

/** Lets a client be released once, and gives it back only when it is free of statements and transactions. */
function lease(client: PoolClient & ObservedClient, left: () => void): PoolClient & ObservedClient {
  const release: Release = client.release
  const giveBack: Release = (reason) => {
    release(reason)
    left()
  }
  let released = false
  client.release = (reason) => {
    if (released) throw postgresErrors.HP_CLIENT_RELEASED_TWICE()
    released = true
    // An SQL error says nothing against the connection: opening another would cost far more than a rollback.
    if (client.lost() || (reason && !isSqlError(reason))) return giveBack(reason ?? client.lost())
    if (client.isFree()) return giveBack()
    void freeOfTransaction(client).then(giveBack, giveBack)
  }
  return client
}

/** Stopped because its caller wanted so: the connection has nothing to do with it. */
const wasStopped = new Set(['HP_STATEMENT_CANCELLED', 'HP_STATEMENT_TIMEOUT'])

function isSqlError(reason: Error | boolean): boolean {
  if (reason instanceof HotpathError)
    return reason.cause instanceof DatabaseError || wasStopped.has(reason.code)
  return reason instanceof DatabaseError
}

async function freeOfTransaction(client: PoolClient & ObservedClient): Promise<Error | undefined> {
  await client.settled()
  if (!client.lost() && client.getTransactionStatus() !== 'I') await client.query('rollback')
  return client.lost()
}
