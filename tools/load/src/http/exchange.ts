import type { IncomingHttpHeaders } from 'node:http'
import type { Client, Dispatcher } from 'undici'
import { type Step, statusProblem } from '../scenario/step.ts'

export interface ExchangeOptions {
  /** When the request should have been sent (performance.now()). */
  due: number
  /** Whether the answer is kept for the scenario to read. */
  keepsAnswer: boolean
  /** All headers: name, value, name, value… @default those of the step */
  headers?: readonly string[]
  /** Why a whole answer counts as an error. @default by its status */
  judge?: (exchange: Exchange) => string | null
  /** Called once, when the exchange has come to its end. */
  onSettled: (exchange: Exchange) => void
}

/** What an exchange needs of who carries it. */
export interface Carrier {
  /** Told of an exchange as soon as its end is stamped; to `conclude` it, once, is the listener's. */
  ended(exchange: Exchange): void
  /** When what is read now was ready (read-clock.ts). */
  readyAt(): number
}

/** What surely came at once: of a longer answer, a part may have come while others were being read. */
const oneSegment = 1400

/**
 * One request and its answer, with the moments at which things happened (performance.now(), NaN while they have not).
 * A class, because thousands are made each second: undici calls its methods, and their shape stays the same.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly step: Step
  readonly due: number
  /** When it was given to a connection, which may have to be opened first. */
  sentAt = Number.NaN
  /** When it was written to its open connection. */
  writtenAt = Number.NaN
  /** When the head of the answer was ready to be read. */
  headAt = Number.NaN
  /** When the last byte was ready to be read, or the exchange failed. */
  settledAt = Number.NaN
  /** 0 until there is an answer. */
  status = 0
  /** Of the answer's body, as transferred. */
  bytes = 0
  /** Why there is no whole answer: `timeout`, or the error's code. */
  failure: string | null = null
  /** Why it counts as an error: the failure, or what is wrong with the answer; null when it is right. */
  problem: string | null = null
  answerHeaders: IncomingHttpHeaders | null = null
  readonly chunks: Buffer[] = []

  /** The connection that carries it. */
  client: Client | null = null
  /** Neighbours in the list of deadlines. */
  earlier: Exchange | null = null
  later: Exchange | null = null

  readonly #options: ExchangeOptions
  readonly #carrier: Carrier

  constructor(step: Step, options: ExchangeOptions, carrier: Carrier) {
    this.step = step
    this.due = options.due
    this.#options = options
    this.#carrier = carrier
  }

  /** Hands the request to a connection; `isLast` asks the server to close it after the answer. */
  send(client: Client, isLast: boolean): void {
    const { method, path, body } = this.step
    this.client = client
    this.sentAt = performance.now()
    client.dispatch(
      {
        method,
        path,
        headers: (this.#options.headers ?? this.step.headers) as string[],
        body,
        reset: isLast,
      },
      this,
    )
  }

  onRequestStart(): void {
    this.writtenAt = performance.now()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // An interim answer (RFC 9110 §15.2) announces the final one.
    if (status < 200) return
    this.headAt = Math.max(this.writtenAt, this.#carrier.readyAt())
    this.status = status
    if (this.#options.keepsAnswer) this.answerHeaders = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.#options.keepsAnswer) this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    const isShort = this.bytes <= oneSegment
    this.settle(null, isShort ? Math.max(this.headAt, this.#carrier.readyAt()) : performance.now())
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    this.settle(error.code ?? error.name)
  }

  /** Stamps the end of the exchange; what arrives later is ignored. */
  settle(failure: string | null, at = performance.now()): void {
    if (!Number.isNaN(this.settledAt)) return
    this.settledAt = at
    this.failure = failure
    this.#carrier.ended(this)
  }

  /** Judges the answer and tells who waits for it. */
  conclude(): void {
    this.problem = this.failure ?? this.#judge()
    this.#options.onSettled(this)
  }

  #judge(): string | null {
    const { judge } = this.#options
    return judge ? judge(this) : statusProblem(this.step, this.status)
  }

  /** Gives the exchange up: nobody is told. */
  dismiss(): void {
    this.settledAt = performance.now()
  }

  wasSent(): boolean {
    return !Number.isNaN(this.sentAt)
  }

  isSettled(): boolean {
    return !Number.isNaN(this.settledAt)
  }
}
