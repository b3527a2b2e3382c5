import { Socket } from 'node:net'
import { Client, type ClientConfig, type QueryResult } from 'pg'
import { postgresErrors } from './errors.ts'
import { explainStatementError } from './statement-error.ts'

/** Milliseconds of a monotonic clock. */
export type MonotonicClock = () => number

export interface ClientSettings {
  statementTimeoutMs: number
  /** How long a server may be silent while it owes an answer; null where somebody else keeps the deadline. */
  silenceMs: number | null
  now: MonotonicClock
}

type Done = (error: Error | null | undefined, result?: QueryResult | QueryResult[]) => void

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

    // pg's overloads cannot be restated; what reaches the driver is what the caller gave.
    override query(...[config, values, callback]: any[]): any {
      this.#quiet = false
      if (config === null || config === undefined || typeof config.submit === 'function') {
        return super.query(config, values, callback)
      }
      // pg writes the callback into the config it is given.
      const own: string = typeof config === 'string' ? config : { ...config }
      const given = [callback, values, config.callback].find((one) => typeof one === 'function')
      const parameters = typeof values === 'function' ? undefined : values
      if (given) {
        super.query(own, parameters, this.#observe(given))
        return undefined
      }
      return new Promise((resolve, reject) => {
        super.query(
          own,
          parameters,
          this.#observe((error, result) => (error ? reject(error) : resolve(result))),
        )
      }).catch(withCallerStack)
    }

    #observe(done: Done): Done {
      const startedAt = settings.now()
      this.#running += 1
      return (given, result) => {
        this.#running -= 1
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

/** Replaces the stack of the socket's callback by that of the code which awaits. */
export function withCallerStack(error: Error): never {
  Error.captureStackTrace(error, withCallerStack)
  throw error
}
