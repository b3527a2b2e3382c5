import { AsyncLocalStorage } from 'node:async_hooks'
import { HotpathError } from '@hotpath/core'
import type { ClientBase, Pool, QueryResult } from 'pg'
import { withCallerStack } from '../client.ts'
import type { StatementFacts } from '../tap/facts.ts'
import { readCall } from '../tap/query-call.ts'

/** A statement that may have changed something. */
export interface Written {
  /** Null where the text could not be read, or is not known: it may have changed anything. */
  facts: StatementFacts | null
  text: string
  values: readonly unknown[] | undefined
}

/** What took effect together: the statements of one transaction that may have changed something. */
export interface Committed {
  /** On which connection. */
  client: object
  statements: readonly Written[]
}

export interface WriteWatch {
  /** Facts of a text that may change something; `'nothing'` for one that does not. */
  classify(text: string): StatementFacts | 'nothing' | null
  /** The caller of the commit is answered when this is done. What it throws is dropped: the commit stands. */
  committed(what: Committed): Promise<void> | void
}

type Done = (error: Error | null | undefined, result?: QueryResult | QueryResult[]) => void
type AnyFunction = (...args: any[]) => any

const watched = new WeakMap<object, Set<WriteWatch>>()
const pending = new WeakMap<object, Written[]>()

/**
 * Sees every statement that commits through a pool, whichever library sends it, and does what is to be done before the
 * caller is answered. Returns what ends it. Cursors and COPY streams cannot be held up: they are told of after them.
 */
export function watchWrites(pool: Pool, watch: WriteWatch): () => void {
  const watches = watched.get(pool) ?? new Set()
  const isFirst = !watched.has(pool)
  watched.set(pool, watches)
  watches.add(watch)
  if (isFirst) {
    pool.on('acquire', (client: ClientBase) => {
      if (watched.has(client)) return
      watched.set(client, watches)
      observe(client, watches)
    })
  }
  return () => void watches.delete(watch)
}

function observe(client: ClientBase, watches: ReadonlySet<WriteWatch>): void {
  const query = client.query as AnyFunction
  client.query = function (this: ClientBase, ...args: unknown[]) {
    const call = readCall(args)
    if (!call || watches.size === 0) return query.apply(this, args)
    const facts = [...watches].map((watch) => watch.classify(call.text))
    // A read outside of everything: nothing to hold up.
    if (!pending.has(client) && facts.every((one) => one === 'nothing')) return query.apply(this, args)
    const changing = facts.find((one) => one !== 'nothing')
    const wasOpen = transactionStatus(client) !== 'I'
    const isSingle = !call.text.trimEnd().slice(0, -1).includes(';')
    const written =
      changing === undefined ? undefined : { facts: changing, text: call.text, values: call.values }
    return hold({ client, watches, written, wasOpen, isSingle }, args, query)
  } as AnyFunction
}

interface Held {
  client: ClientBase
  watches: ReadonlySet<WriteWatch>
  /** Undefined for a statement that changes nothing. */
  written: Written | undefined
  /** A transaction was open before it. */
  wasOpen: boolean
  isSingle: boolean
}

function hold(held: Held, args: unknown[], query: AnyFunction): unknown {
  const { client } = held
  const [config, values, callback] = args as [any, unknown, Done | undefined]
  if (typeof config === 'object' && typeof config.submit === 'function') {
    return readCall(args)!.send(
      (...given) => query.apply(client, given),
      (error) => void settle(held, error, undefined),
    )
  }
  const own: unknown = typeof config === 'string' ? config : { ...config }
  const given = [callback, values, config.callback].find((one) => typeof one === 'function') as
    | Done
    | undefined
  const parameters = typeof values === 'function' ? undefined : values
  const ended = new Promise<Ended>((resolve) => {
    const callback: Done = (error, result) => resolve({ error, result, told: settle(held, error, result) })
    // The answer comes in the context of the socket.
    query.call(client, own, parameters, AsyncLocalStorage.bind(callback))
  })
  const answered = whenTold(ended).catch(withCallerStack)
  if (!given) return answered
  const inCallersContext = AsyncLocalStorage.bind(given)
  answered.then(
    (result) => inCallersContext(null, result),
    (error: Error) => inCallersContext(error),
  )
  return undefined
}

interface Ended {
  error: Error | null | undefined
  result: QueryResult | QueryResult[] | undefined
  told: Promise<void> | undefined
}

async function whenTold(ended: Promise<Ended>): Promise<QueryResult | QueryResult[] | undefined> {
  const { error, result, told } = await ended
  if (told) await told
  if (error) throw error
  return result
}

/** What a statement's end means for its transaction. A promise where the caller has to wait. */
function settle(
  { client, watches, written, wasOpen, isSingle }: Held,
  error: Error | null | undefined,
  result: QueryResult | QueryResult[] | undefined,
): Promise<void> | undefined {
  const statements = pending.get(client) ?? []
  if (written) statements.push(written)
  const commands = result === undefined ? [] : [result].flat().map(({ command }) => command)
  // What it was is known to whoever prepared it.
  if (commands.includes('COMMIT PREPARED')) statements.push({ facts: null, text: '', values: undefined })
  const outcome = error
    ? outcomeOfFailure(error, { written, wasOpen, isSingle })
    : outcomeOf(client, commands)
  // After a failure the transaction may go on from a savepoint: what it wrote before is not to be forgotten.
  if (outcome === 'open' || (error && wasOpen)) pending.set(client, statements)
  else pending.delete(client)
  const changes = statements.filter(({ facts }) => facts?.kind !== 'transaction')
  if (outcome !== 'committed' || changes.length === 0) return undefined
  return tell(watches, { client, statements: changes })
}

async function tell(watches: ReadonlySet<WriteWatch>, what: Committed): Promise<void> {
  await Promise.allSettled([...watches].map(async (watch) => watch.committed(what)))
}

const transactionStatus = (client: ClientBase) =>
  (client as { getTransactionStatus?(): string | null }).getTransactionStatus?.()

function outcomeOf(client: ClientBase, commands: readonly string[]): 'open' | 'committed' | 'nothing' {
  if (commands.includes('COMMIT')) return 'committed'
  const status = transactionStatus(client)
  if (status === 'T' || status === 'E') return 'open'
  // A commit of a transaction that had failed is answered by ROLLBACK, too.
  return commands.at(-1) === 'ROLLBACK' ? 'nothing' : 'committed'
}

/** A failed statement changed nothing, unless nobody knows how far it came. */
function outcomeOfFailure(
  error: Error,
  { written, wasOpen, isSingle }: Pick<Held, 'written' | 'wasOpen' | 'isSingle'>,
): 'open' | 'committed' | 'nothing' {
  const isUnknown = error instanceof HotpathError || !('severity' in error)
  if (isUnknown || written?.facts?.kind === 'transaction' || !isSingle) return 'committed'
  return wasOpen ? 'open' : 'nothing'
}
