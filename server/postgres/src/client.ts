import { Socket } from 'node:net'
import { Client, type ClientConfig, type QueryConfig, type QueryResult } from 'pg'
import { requestCancel } from './cancel.ts'
import { postgresErrors } from './errors.ts'
import { isStalePlan, type PreparedNames, textToPrepare } from './prepared-names.ts'
import { explainStatementError } from './statement-error.ts'
import { limitsOf, type StatementLimits, watchLimits } from './statement-limits.ts'

/** Milliseconds of a monotonic clock. */
export type MonotonicClock = () => number

export interface ClientSettings {
  statementTimeoutMs: number
  /** How long a server may be silent while it owes an answer; null where somebody else keeps the deadline. */
  silenceMs: number | null
  /** Whether there is a server that can be asked to cancel a statement. */
  cancels: boolean
  now: MonotonicClock
  /** Names to prepare statements under that are asked again; null: only the application names any. */
  names: PreparedNames | null
}

type Done = (error: Error | null | undefined, result?: QueryResult | QueryResult[]) => void

interface Sending {
  parameters: unknown[] | undefined
  limits: StatementLimits | undefined
  done: Done
}

/** A statement that may be stopped before it ends by itself. */
interface Statement {
  /** Why it was stopped, if it was. */
  stopped: Error | undefined
  /** The request to cancel it, on its way to the server. */
  cancelled: Promise<void> | undefined
  /** Its caller was told without waiting for its end. */
  told: boolean
}

/** A pg Client that names its failures, and never ends the process by an 'error' event. */
export interface ObservedClient extends Client {
  /** Whether no statement is under way and no transaction is open. */
  isFree(): boolean
  /** Resolves when no statement is under way, or the connection is lost. */
  settled(): Promise<void>
  /** What ended the connection, if it has ended. */
  lost(): Error | undefined
}

/** The class of clients under `settings`, as pg's Pool wants it. */
export function observedClientClass(settings: ClientSettings): new (config?: ClientConfig) => ObservedClient {
  return class extends Client implements ObservedClient {
    #running = 0
    /** Statements that have ended; the next one is under way. */
    #ended = 0
    /** Those that may be stopped, by their number. */
    #stoppable = new Map<number, Statement>()
    /** Nothing is under way, and the transaction status is that of the last statement. */
    #quiet = true
    #whenQuiet: (() => void)[] = []
    #lost: Error | undefined

    constructor(config?: ClientConfig) {
      super(config)
      this.on('error', (error) => {
        this.#lost ??= error
        this.#becameQuiet()
      })
      this.on('drain', () => this.#becameQuiet())
      this.on('connect', () => this.#guardSilence())
    }

    lost(): Error | undefined {
      return this.#lost
    }

    isFree(): boolean {
      return this.#quiet && !this.#lost && this.getTransactionStatus() === 'I'
    }

    async settled(): Promise<void> {
      if (!this.#quiet) await new Promise<void>((resolve) => this.#whenQuiet.push(resolve))
    }

    // pg-pool hands this event to the caller of pool.query before the statement itself is told.
    override emit(event: any, ...args: any[]): boolean {
      if (event !== 'error' || this.#running === 0) return super.emit(event, ...args)
      const [error] = args as [Error]
      this.#lost ??= error
      const { statementTimeoutMs } = settings
      return super.emit(
        event,
        explainStatementError({ error, elapsedMs: 0, statementTimeoutMs, lost: this.#lost }),
      )
    }

    // pg's overloads cannot be restated; what reaches the driver is what the caller gave.
    override query(...[config, values, callback]: any[]): any {
      if (config === null || config === undefined || typeof config.submit === 'function') {
        this.#quiet = false
        return super.query(config, values, callback)
      }
      const limits = limitsOf(config)
      const given = [callback, values, config.callback].find((one) => typeof one === 'function')
      const parameters = typeof values === 'function' ? undefined : values
      if (limits?.signal?.aborted) return refused(limits.signal, given)
      const send = (done: Done): void => this.#send(config, { parameters, limits, done })
      if (given) return send(given)
      return new Promise((resolve, reject) => {
        send((error, result) => (error ? reject(error) : resolve(result)))
      }).catch(withCallerStack)
    }

    #send(config: string | QueryConfig, { parameters, limits, done }: Sending): void {
      const isAlone = this.isFree()
      this.#quiet = false
      const text = settings.names === null ? undefined : textToPrepare(config, parameters)
      const name = text === undefined ? undefined : settings.names?.nameOf(text)
      if (text === undefined || name === undefined) {
        // pg writes the callback into the config it is given.
        const own: any = typeof config === 'string' ? config : { ...config }
        super.query(own, parameters as any, this.#observe(done, limits))
        return
      }
      const own: any = typeof config === 'string' ? { text, name } : { ...config, name }
      const answered: Done = (error, result) => {
        if (!isStalePlan(error)) return done(error, result)
        settings.names?.renew(text)
        // Within a transaction it has failed with the transaction.
        if (!isAlone) return done(error)
        this.#send({ ...own, name: undefined }, { parameters, limits, done })
      }
      super.query(own, parameters as any, this.#observe(answered, limits))
    }

    #observe(done: Done, limits: StatementLimits | undefined): Done {
      if (!limits) return this.#explained(done)
      const number = this.#ended + this.#running
      const statement: Statement = { stopped: undefined, cancelled: undefined, told: false }
      this.#stoppable.set(number, statement)
      const unwatch = watchLimits(limits, (error) => {
        statement.stopped = error
        if (settings.cancels) return this.#cancelCurrent()
        statement.told = true
        done(error)
      })
      return this.#explained((error, result) => {
        unwatch()
        this.#stoppable.delete(number)
        const answer = (): void => {
          if (!statement.told) done(error && statement.stopped ? statement.stopped : error, result)
        }
        // A cancellation on its way must not meet the next statement of this session.
        if (statement.cancelled) void after(statement.cancelled, answer)
        else answer()
      })
    }

    /** Only what is under way can be cancelled; what waits behind it is when its turn has come. */
    #cancelCurrent(): void {
      const current = this.#stoppable.get(this.#ended)
      if (current?.stopped) current.cancelled ??= requestCancel(this)
    }

    #explained(done: Done): Done {
      const startedAt = settings.now()
      this.#running += 1
      return (given, result) => {
        this.#running -= 1
        this.#ended += 1
        if (this.#stoppable.size > 0) this.#cancelCurrent()
        // After an error the status follows in a message of its own; 'drain' tells when it has come.
        if (!given && this.#running === 0) this.#quiet = true
        const durationMs = settings.now() - startedAt
        const { statementTimeoutMs } = settings
        const error =
          given &&
          explainStatementError({
            error: given,
            elapsedMs: durationMs,
            statementTimeoutMs,
            lost: this.#lost,
          })
        done(error, result)
      }
    }

    #becameQuiet(): void {
      this.#quiet = true
      for (const resolve of this.#whenQuiet.splice(0)) resolve()
    }

    // A server that vanished without closing the connection would keep its caller for as long as TCP retries.
    #guardSilence(): void {
      const { stream } = this.connection
      const { silenceMs, statementTimeoutMs: limit } = settings
      if (silenceMs === null || !(stream instanceof Socket)) return
      stream.setTimeout(silenceMs)
      stream.on('timeout', () => {
        if (this.#running === 0) return
        const consequence = `The server has been silent for ${silenceMs} ms; the connection was given up.`
        stream.destroy(postgresErrors.HP_STATEMENT_TIMEOUT({ limit, consequence }))
      })
    }
  }
}

async function after(passed: Promise<void>, work: () => void): Promise<void> {
  await passed
  work()
}

/** Nothing is sent for somebody who has gone already. */
function refused({ reason }: AbortSignal, done: Done | undefined): Promise<never> | undefined {
  const error = postgresErrors.HP_STATEMENT_CANCELLED(undefined, { cause: reason })
  if (!done) return Promise.reject(error)
  process.nextTick(done, error)
  return undefined
}

/** Replaces the stack of the socket's callback by that of the code which awaits. */
export function withCallerStack(error: Error): never {
  Error.captureStackTrace(error, withCallerStack)
  throw error
}
