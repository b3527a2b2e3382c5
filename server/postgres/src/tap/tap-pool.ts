import { AsyncLocalStorage } from 'node:async_hooks'
import type { ClientBase, Pool, PoolClient } from 'pg'
import type { TapOptions } from './options.ts'
import type { Explain } from './plan-capture.ts'
import { readCall } from './query-call.ts'
import { explainOnSide } from './side-connection.ts'
import { createTap, type Running, type Tap } from './tap.ts'

type AnyFunction = (...args: any[]) => any

/** What a client is told when it is checked out: charged to its first statement. */
interface Lease {
  waitMs: number
  /** The statement of `pool.query`, for which the client was asked. */
  running: Running | undefined
}

const taps = new WeakMap<object, Tap>()

/** On the client itself: a WeakMap would cost each statement more than all that is counted of it. */
const leaseOf = Symbol('hotpath lease')
type Tapped = ClientBase & { [leaseOf]?: Lease }

export interface TapPoolOptions extends TapOptions {
  /** How plans are asked for; null asks for none. @default on a connection of its own */
  explain?: Explain | null
  /** A tap of another pool, which sees this one's statements too. @default one of its own */
  seenBy?: Tap
}

/**
 * Puts a tap on a pg Pool that the application made, so that every statement of everybody who uses it is seen: Kysely,
 * Drizzle, Prisma's adapter, Sequelize. A pool that has one keeps it.
 * @throws HP_DATABASE_OPTION_INVALID
 */
export function tapPool(pool: Pool, options: TapPoolOptions = {}): Tap {
  const before = taps.get(pool)
  if (before) return before
  const { explain = explainOnSide(pool.options), seenBy, ...rest } = options
  const tap = seenBy ?? createTap(rest, explain)
  taps.set(pool, tap)
  const now = options.now ?? (() => performance.now())
  const query = pool.query as AnyFunction
  const connect = pool.connect as AnyFunction
  /** Between pool.query and the pool.connect that it calls, synchronously. */
  let asking: Running | undefined

  pool.query = function (this: Pool, ...args: unknown[]) {
    const [text, values] = args
    const call = typeof text === 'string' ? { text, values } : readCall(args)
    asking = call && tap.begin(call.text, Array.isArray(call.values) ? call.values : undefined)
    try {
      return query.apply(this, args)
    } finally {
      asking = undefined
    }
  } as AnyFunction

  pool.connect = function (this: Pool, callback?: AnyFunction) {
    const running = asking
    asking = undefined
    const startedAt = now()
    const acquired = (error: Error | undefined, client: PoolClient | undefined): void => {
      if (client) lend(client, tap, { waitMs: now() - startedAt, running })
      else if (running) tap.ended(running, error ?? new Error('no connection'), 0)
    }
    if (!callback) {
      return (connect.call(this) as Promise<PoolClient>).then((client) => {
        acquired(undefined, client)
        return client
      })
    }
    // A client that another caller gives back is handed over in that one's context. A statement knows its own already.
    const handOver = running ? callback : AsyncLocalStorage.bind(callback)
    return connect.call(
      this,
      (error: Error | undefined, client: PoolClient | undefined, release: unknown) => {
        acquired(error, client)
        handOver(error, client, release)
      },
    )
  } as AnyFunction
  return tap
}

/** Puts a tap on one pg Client, connected or not. */
export function tapClient(client: ClientBase, options: TapOptions = {}): Tap {
  const before = taps.get(client)
  if (before) return before
  const tap = createTap(options, null)
  taps.set(client, tap)
  lend(client, tap, { waitMs: 0, running: undefined })
  return tap
}

function lend(client: Tapped, tap: Tap, { waitMs, running }: Lease): void {
  const before = client[leaseOf]
  if (before) {
    before.waitMs = waitMs
    before.running = running
    return
  }
  const lease: Lease = (client[leaseOf] = { waitMs, running })
  const query = client.query as AnyFunction
  client.query = function (this: ClientBase, ...args: unknown[]) {
    const call = readCall(args)
    if (!call) return query.apply(this, args)
    const current = lease.running ?? tap.begin(call.text, call.values)
    tap.handed(current, lease.waitMs)
    lease.running = undefined
    lease.waitMs = 0
    return call.send(
      (...given) => query.apply(this, given),
      (error, rows) => tap.ended(current, error, rows),
    )
  } as AnyFunction
}
