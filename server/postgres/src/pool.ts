import { AsyncLocalStorage } from 'node:async_hooks'
import { HotpathError } from '@hotpath/core'
import { DatabaseError, Pool, type PoolClient, type PoolConfig } from 'pg'
import { type ClientSettings, type ObservedClient, observedClientClass, withCallerStack } from './client.ts'
import { postgresErrors } from './errors.ts'

export interface PoolSettings extends ClientSettings {
  max: number
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

  constructor(config: PoolConfig, settings: PoolSettings) {
    const { max, connectTimeoutMs } = settings
    super({
      ...config,
      max,
      connectionTimeoutMillis: connectTimeoutMs,
      Client: observedClientClass(settings),
    })
    this.#settings = settings
    // An idle connection that breaks is replaced at the next checkout; an unheard 'error' would end the process.
    this.on('error', () => {})
    this.on('connect', (client) => this.#clients.add(client))
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

  /** Refuses new callers, waits up to closeTimeout for those that came before, then closes all. May be repeated. */
  override end(): Promise<void>
  override end(callback: () => void): void
  override end(callback?: () => void): Promise<void> | void {
    this.#ended ??= this.#end(super.end.bind(this))
    return callback ? void this.#ended.finally(callback) : this.#ended
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
    super.connect((error, client) => {
      const waitedMs = now() - startedAt
      const gaveUp = !this.#waiters.delete(giveUp)
      if (gaveUp) return client?.release()
      if (error) return giveUp(this.#explain(error, waitedMs))
      const leased = lease(client as PoolClient & ObservedClient, () => this.#left())
      callback(undefined, leased, leased.release)
    })
  }

  #left(): void {
    this.#callers -= 1
    if (this.#callers === 0) this.#whenDrained?.()
  }

  #explain(error: Error, waitedMs: number): Error {
    const { max, explainConnectError } = this.#settings
    if (error.message !== 'timeout exceeded when trying to connect') return explainConnectError(error)
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

function isSqlError(reason: Error | boolean): boolean {
  if (reason instanceof HotpathError) return reason.cause instanceof DatabaseError
  return reason instanceof DatabaseError
}

async function freeOfTransaction(client: PoolClient & ObservedClient): Promise<Error | undefined> {
  await client.settled()
  if (!client.lost() && client.getTransactionStatus() !== 'I') await client.query('rollback')
  return client.lost()
}
