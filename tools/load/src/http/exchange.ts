import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerListener } from './answer/reader.ts'
import type { Connection } from './connection.ts'
import type { RequestText } from './request-text.ts'
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
  /** When what is read now was ready (turn.ts). */
  readyAt(): number
}

/** What surely came at once: of a longer answer, a part may have come while others were being read. */
const oneSegment = 1400

/**
 * One request and its answer, with the moments at which things happened (performance.now(), NaN while they have not).
 * A class, because thousands are made each second, and their shape stays the same.
 */
export class Exchange implements AnswerListener {
  readonly step: Step
  readonly due: number
  readonly headers: readonly string[]
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
  /** Why there is no whole answer: `timeout`, the error's code, or what is wrong with request or answer. */
  failure: string | null = null
  /** Why it counts as an error: the failure, or what is wrong with the answer; null when it is right. */
  problem: string | null = null
  answerHeaders: IncomingHttpHeaders | null = null
  chunks: Buffer[] | null = null

  /** What is sent. */
  text: RequestText | null = null
  /** The connection that carries it. */
  connection: Connection | null = null
  /** Neighbours in the list of deadlines. */
  earlier: Exchange | null = null
  later: Exchange | null = null

  readonly #options: ExchangeOptions
  readonly #carrier: Carrier

  constructor(step: Step, options: ExchangeOptions, carrier: Carrier) {
    this.step = step
    this.due = options.due
    this.headers = options.headers ?? step.headers
    this.#options = options
    this.#carrier = carrier
  }

  /** Hands the request to a connection. */
  send(connection: Connection): void {
    this.connection = connection
    this.sentAt = performance.now()
    connection.send(this)
  }

  onWrite(): void {
    this.writtenAt = performance.now()
  }

  onHead(status: number, fields: () => IncomingHttpHeaders): void {
    this.headAt = Math.max(this.writtenAt, this.#carrier.readyAt())
    this.status = status
    if (this.#options.keepsAnswer) this.answerHeaders = fields()
  }

  onContent(bytes: Buffer, from: number, to: number): void {
    this.bytes += to - from
    if (this.#options.keepsAnswer) (this.chunks ??= []).push(Buffer.from(bytes.subarray(from, to)))
  }

  onEnd(): void {
    const isShort = this.bytes <= oneSegment
    this.settle(null, isShort ? Math.max(this.headAt, this.#carrier.readyAt()) : performance.now())
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
