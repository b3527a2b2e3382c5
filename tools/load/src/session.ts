import { cookieHeader, type Cookies, storeCookies } from './cookies.ts'
import { errors } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { createRandom, type Random } from './random.ts'
import { createResponse, type StepResponse } from './response.ts'
import type { Step } from './step.ts'

/** One user going through a scenario. */
export interface Session<Shared = unknown> {
  /** The number of the session (open model) or of the user (closed model), from 0. */
  readonly number: number
  /** Random numbers from the run's seed and the session's number: the same in every run. */
  readonly random: Random
  /** What the scenario's `setup` prepared; read only. */
  readonly shared: Shared
  /** What the scenario wants to remember. In the closed model it lasts as long as the user, over all iterations. */
  readonly variables: Record<string, unknown>
  /** Sent with each request, and kept up to date from Set-Cookie. */
  readonly cookies: Cookies
  /** Sends `Authorization: Bearer …` with each request from now on; null stops that. */
  authorize(token: string | null): void
  /**
   * Sends a request and resolves with its answer. It is due when the one before was answered, or when the think time
   * since has passed; the first one of an open model's session when its arrival is due.
   * @throws HP_LOAD_STEP_FAILED when there is no answer or a status that is not expected; uncaught, it ends the session
   */
  send(step: Step): Promise<StepResponse>
  /** Sends as `send` does, and resolves also when the step failed: for sessions that go on after an error. */
  attempt(step: Step): Promise<Attempt>
  /** Waits like a person, `seconds` or a random time from `seconds` to `most`. */
  think(seconds: number, most?: number): Promise<void>
}

/** What became of a step. */
export interface Attempt {
  /** Null when there was no whole answer. */
  response: StepResponse | null
  /** Why the step failed, as `errorsByKind` counts it; null when it is right. */
  problem: string | null
}

/** What a session needs of the run. After the end of the run its promises stay open: the session goes no further. */
export interface SessionPort {
  /** Sends; the answer is kept. */
  send(
    step: Step,
    options: { due: number; headers?: string[]; onSettled: (exchange: Exchange) => void },
  ): void
  /** Calls back after `ms`. */
  wait(ms: number, then: () => void): void
}

export interface SessionOptions {
  number: number
  seed: number
  shared: unknown
  port: SessionPort
}

/** A session as the run sees it. */
export interface RunningSession {
  session: Session
  /** Says when the next request is due (performance.now()). */
  becomesDue(at: number): void
  /** Headers that the session adds to each request; undefined when there are none. */
  headers(): string[] | undefined
}

export function createSession({ number, seed, shared, port }: SessionOptions): RunningSession {
  let random: Random | undefined
  let due = 0
  let token: string | null = null
  const cookies: Cookies = new Map()
  const headers = () => headersOf(token, cookies)

  function attempt(step: Step): Promise<Attempt> {
    return new Promise((resolve) => {
      const extra = headers()
      const onSettled = (exchange: Exchange) => {
        due = exchange.settledAt
        storeCookies(cookies, exchange.answerHeaders?.['set-cookie'], Date.now())
        const { problem } = exchange
        resolve({ response: exchange.failure === null ? createResponse(exchange) : null, problem })
      }
      port.send(step, extra ? { due, headers: extra, onSettled } : { due, onSettled })
    })
  }

  async function send(step: Step): Promise<StepResponse> {
    const { response, problem } = await attempt(step)
    if (response !== null && problem === null) return response
    throw errors.HP_LOAD_STEP_FAILED({ step: step.name, problem: problem ?? 'no answer' })
  }

  function think(seconds: number, most?: number): Promise<void> {
    return new Promise((resolve) => {
      const ms = 1000 * (most === undefined ? seconds : session.random.between(seconds, most))
      const planned = performance.now() + ms
      port.wait(ms, () => {
        // Node's timers may fire a fraction of a millisecond early.
        due = Math.min(planned, performance.now())
        resolve()
      })
    })
  }

  const session: Session = {
    number,
    get random() {
      return (random ??= createRandom(seed, number + 1))
    },
    shared,
    variables: {},
    cookies,
    authorize(value) {
      token = value
    },
    send,
    attempt,
    think,
  }
  return {
    session,
    becomesDue(at) {
      due = at
    },
    headers,
  }
}

function headersOf(token: string | null, cookies: Cookies): string[] | undefined {
  const cookie = cookieHeader(cookies)
  if (token === null && cookie === null) return undefined
  return [
    ...(token === null ? [] : ['authorization', `Bearer ${token}`]),
    ...(cookie === null ? [] : ['cookie', cookie]),
  ]
}
