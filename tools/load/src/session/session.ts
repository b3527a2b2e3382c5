import type { Cookies } from './cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Feeder } from '../feed/feeder.ts'
import type { Row } from '../feed/rows.ts'
import type { EventsOptions, LiveEvents } from '../live/events.ts'
import type { LivePort } from '../live/measured.ts'
import type { LiveSocket, SocketOptions } from '../live/websocket.ts'
import type { Random } from '../random/random.ts'
import type { Passed } from '../record/recorder.ts'
import type { StepResponse } from '../http/response.ts'
import type { Step } from '../scenario/step.ts'
import type { ThinkTime } from './think.ts'

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
  /** Sent with each request they are for, and kept up to date from Set-Cookie. */
  readonly cookies: Cookies
  /** Sends `Authorization: Bearer …` with each request to the run's origin from now on; null stops that. */
  authorize(token: string | null): void
  /**
   * Sends a request and resolves with its answer. It is due when the one before was answered, or when the think time
   * since has passed; the first one of an open model's session when its arrival is due.
   * @throws HP_LOAD_STEP_FAILED when there is no answer or a status that is not expected; uncaught, it ends the session
   */
  send(step: Step): Promise<StepResponse>
  /** Sends as `send` does, and resolves also when the step failed: for sessions that go on after an error. */
  attempt(step: Step): Promise<Attempt>
  /** Waits like a person, `seconds` or a random time from `seconds` to `most`, or as a think time says. */
  think(seconds: number | Exclude<ThinkTime, number | string>, most?: number): Promise<void>
  /** Counts whether something holds, by name, and says so. */
  check(name: string, holds: boolean): boolean
  /**
   * Counts as `check` does; the session ends where it does not hold.
   * @throws HP_LOAD_CHECK_FAILED
   */
  assert(name: string, holds: boolean): void
  /** Measures several steps as one, by name: from when the first is due to the end of the last, pauses included. */
  group<T>(name: string, steps: () => Promise<T>): Promise<T>
  /**
   * The next row of a feeder.
   * @throws HP_LOAD_FEEDER_EXHAUSTED
   */
  feed(feeder: Feeder): Row
  /**
   * Opens a WebSocket to a path of the run's origin; closed when the session ends.
   * @throws HP_LOAD_LIVE
   */
  webSocket(path: string, options?: SocketOptions): Promise<LiveSocket>
  /**
   * Opens an event stream (SSE) at a path of the run's origin; closed when the session ends.
   * @throws HP_LOAD_LIVE
   */
  events(path: string, options?: EventsOptions): Promise<LiveEvents>
}

/** What became of a step. */
export interface Attempt {
  /** Null when there was no whole answer. */
  response: StepResponse | null
  /** Why the step failed, as `errorsByKind` counts it; null when it is right. */
  problem: string | null
}

/** How a session wants a request to be sent. */
export interface SendOptions {
  /** performance.now(). */
  due: number
  /** Beside those of the step: name, value, name, value… */
  headers?: readonly string[]
  /** Why a whole answer counts as an error. @default by its status */
  judge?: (exchange: Exchange) => string | null
  onSettled: (exchange: Exchange) => void
}

/** What a session needs of the run. After the end of the run its promises stay open: the session goes no further. */
export interface SessionPort {
  /** Of the run: `http://127.0.0.1:4000`. */
  origin: string
  /** How many redirects are followed, unless a step says otherwise. */
  redirects: number
  /** Sends; the answer is kept. */
  send(step: Step, options: SendOptions): void
  /** Calls back after `ms`. */
  wait(ms: number, then: () => void): void
  onCheck(name: string, holds: boolean): void
  onGroup(name: string, group: Passed): void
  feed(feeder: Feeder, random: Random): Row
  /** For connections that stay open; null when the run is over. */
  live(): LivePort | null
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
  /** Headers that the session adds to a request; undefined when there are none. */
  headers(step: Step): string[] | undefined
  /** Closes what the session holds open. */
  end(): void
}
