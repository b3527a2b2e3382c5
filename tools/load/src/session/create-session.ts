import { type Cookies, createCookies } from './cookies.ts'
import { errors } from '../errors.ts'
import { openEvents } from '../live/events.ts'
import type { LivePort } from '../live/measured.ts'
import type { Opening } from '../live/opening.ts'
import { openSocket } from '../live/websocket.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { StepResponse } from '../http/response.ts'
import type { RunningSession, Session, SessionOptions } from './session.ts'
import { hasHeader, type Step } from '../scenario/step.ts'
import { readThink } from './think.ts'
import { createAttempts } from './attempts.ts'

export function createSession({ number, seed, shared, port }: SessionOptions): RunningSession {
  let random: Random | undefined
  let due = 0
  let token: string | null = null
  const cookies = createCookies()
  const home = cookieUrlOf(port.origin)
  const closers = new Set<() => void>()
  const becomesDue = (at: number) => {
    due = at
  }

  function headers(step: Step): string[] | undefined {
    const url = step.origin === null ? home : cookieUrlOf(step.origin)
    const cookie = hasHeader(step.headers, 'cookie')
      ? null
      : cookies.header({ ...url, path: step.path }, Date.now())
    const bearer = step.origin === null && !hasHeader(step.headers, 'authorization') ? token : null
    if (bearer === null && cookie === null) return undefined
    return [
      ...(bearer === null ? [] : ['authorization', `Bearer ${bearer}`]),
      ...(cookie === null ? [] : ['cookie', cookie]),
    ]
  }

  const attempt = createAttempts({
    port,
    variables: () => session.variables,
    due: () => due,
    headers,
    onSettled(step, exchange) {
      due = exchange.settledAt
      const url = step.origin === null ? home : cookieUrlOf(step.origin)
      cookies.store({ ...url, path: step.path }, exchange.answerHeaders?.['set-cookie'], Date.now())
    },
  })

  async function send(step: Step): Promise<StepResponse> {
    const { response, problem } = await attempt(step)
    if (response !== null && problem === null) return response
    throw errors.HP_LOAD_STEP_FAILED({ step: step.name, problem: problem ?? 'no answer' })
  }

  const think: Session['think'] = (seconds, most) =>
    new Promise((resolve) => {
      const ms = pauseMs(seconds, most, session.random)
      const planned = performance.now() + ms
      port.wait(ms, () => {
        // Node's timers may fire a fraction of a millisecond early.
        due = Math.min(planned, performance.now())
        resolve()
      })
    })

  async function group<T>(name: string, steps: () => Promise<T>): Promise<T> {
    const begins = due
    const end = (failed: boolean) => port.onGroup(name, { due: begins, endedAt: performance.now(), failed })
    try {
      const result = await steps()
      end(false)
      return result
    } catch (error) {
      end(true)
      throw error
    }
  }

  /** Opens something that stays open; after the end of the run the promise stays open too. */
  function openLive<Options, Live>(
    open: (port: LivePort, opening: Opening<Options>) => Promise<Live>,
    path: string,
    options: Options,
  ): Promise<Live> {
    const live = port.live()
    if (live === null) return new Promise(() => {})
    const own = { ...live, closeLater: closeWithSession(live, closers) }
    return open(own, { path, due, options, headers: liveHeaders(path), becomesDue })
  }

  function liveHeaders(path: string): Record<string, string> {
    const cookie = cookies.header({ ...home, path }, Date.now())
    return {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(cookie !== null && { cookie }),
    }
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
    check(name, holds) {
      port.onCheck(name, holds)
      return holds
    },
    assert(name, holds) {
      port.onCheck(name, holds)
      if (!holds) throw errors.HP_LOAD_CHECK_FAILED({ name })
    },
    group,
    feed: (feeder) => port.feed(feeder, session.random),
    webSocket: (path, options = {}) => openLive(openSocket, path, options),
    events: (path, options = {}) => openLive(openEvents, path, options),
  }
  return {
    session,
    becomesDue,
    headers,
    end() {
      for (const close of closers) close()
      closers.clear()
    },
  }
}

function pauseMs(seconds: Parameters<Session['think']>[0], most: number | undefined, random: Random): number {
  if (typeof seconds === 'object') return readThink(seconds)(random)
  return 1000 * (most === undefined ? seconds : random.between(seconds, most))
}

function closeWithSession(live: LivePort, closers: Set<() => void>): LivePort['closeLater'] {
  return (close) => {
    const forget = live.closeLater(close)
    closers.add(close)
    return () => {
      closers.delete(close)
      forget()
    }
  }
}

function cookieUrlOf(origin: string): Omit<Parameters<Cookies['header']>[0], 'path'> {
  const { hostname, protocol } = new URL(origin)
  return { host: hostname, secure: protocol === 'https:' }
}
