import type { QueryResult } from 'pg'
import { withCallerStack } from '../client.ts'

type Done = (error: Error | null | undefined, result?: QueryResult | QueryResult[]) => void

/** What pg hands to its connection as it is: its own Query, cursors, query streams, COPY streams. */
interface Submittable {
  submit: unknown
  text?: string
  values?: readonly unknown[]
  handleError(error: Error, ...rest: unknown[]): void
  handleReadyForQuery(...rest: unknown[]): void
  handleDataRow?(...rest: unknown[]): void
  handleCommandComplete?(message: { text?: string }, ...rest: unknown[]): void
}

/** The arguments of pg's `query`, in all their forms, read once. */
export interface QueryCall {
  readonly text: string
  readonly values: readonly unknown[] | undefined
  /** Calls pg with the same meaning, and `ended` once the answer was read. */
  send(query: (...args: unknown[]) => unknown, ended: Ended): unknown
}

type Ended = (error: Error | null | undefined, rows: number) => void

/** Undefined where pg will refuse the call itself. */
export function readCall(args: readonly unknown[]): QueryCall | undefined {
  const [config, values, callback] = args as [unknown, unknown, Done | undefined]
  if (typeof config === 'string') return plainCall(config, config, [values, callback])
  if (typeof config !== 'object' || config === null) return undefined
  if (typeof (config as Submittable).submit === 'function')
    return submittableCall(config as Submittable, args)
  const { text, values: own } = config as { text?: unknown; values?: readonly unknown[] }
  return plainCall(typeof text === 'string' ? text : '', config, [values ?? own, callback])
}

function plainCall(
  text: string,
  config: string | object,
  [values, callback]: [unknown, Done | undefined],
): QueryCall {
  const configured = typeof config === 'object' ? (config as { callback?: Done }).callback : undefined
  const given = [callback, values, configured].find((one) => typeof one === 'function') as Done | undefined
  const parameters = Array.isArray(values) ? (values as unknown[]) : undefined
  return {
    text,
    values: parameters,
    send(query, ended) {
      // pg writes the callback into the config it is given.
      const own = typeof config === 'string' ? config : copyOf(config)
      const parameters = typeof values === 'function' ? undefined : values
      const observed =
        (done: Done): Done =>
        (error, result) => {
          ended(error, rowsOf(result))
          done(error, result)
        }
      if (given) return query(own, parameters, observed(given))
      // A promise of our own: a second listener on pg's would hide the caller from stack traces.
      return new Promise((resolve, reject) => {
        const settle = observed((error, result) => (error ? reject(error) : resolve(result)))
        query(own, parameters, settle)
      }).catch(withCallerStack)
    },
  }
}

const copyOf = (config: object): object =>
  Object.assign(Object.create(Object.getPrototypeOf(config) as object) as object, config)

function submittableCall(given: Submittable, args: readonly unknown[]): QueryCall {
  const inner = (given as { cursor?: Submittable }).cursor ?? given
  return {
    text: inner.text ?? given.text ?? '',
    values: inner.values ?? given.values,
    send(query, ended) {
      observe(given, ended)
      return query(...args)
    },
  }
}

/** The connection tells a submittable what comes; it is done when the connection is ready for the next. */
function observe(given: Submittable, ended: Ended): void {
  let rows = 0
  let counted = 0
  let open = true
  const end = (error: Error | null) => {
    if (open) ended(error, error ? 0 : rows || counted)
    open = false
  }
  const { handleDataRow, handleCommandComplete, handleError, handleReadyForQuery } = given
  if (handleDataRow) {
    given.handleDataRow = function (this: unknown, ...rest) {
      rows += 1
      handleDataRow.apply(this, rest)
    }
  }
  if (handleCommandComplete) {
    given.handleCommandComplete = function (this: unknown, message, ...rest) {
      counted += Number(/\d+$/.exec(message.text ?? '')?.[0] ?? 0)
      handleCommandComplete.call(this, message, ...rest)
    }
  }
  given.handleError = function (this: unknown, error, ...rest) {
    end(error)
    handleError.call(this, error, ...rest)
  }
  given.handleReadyForQuery = function (this: unknown, ...rest) {
    end(null)
    handleReadyForQuery.apply(this, rest)
  }
}

function rowsOf(result: QueryResult | QueryResult[] | undefined): number {
  if (!Array.isArray(result)) return result?.rowCount ?? 0
  return result.reduce((rows, one) => rows + (one.rowCount ?? 0), 0)
}
