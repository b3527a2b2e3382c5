import { HotpathError } from '@hotpath/core'
import { errors } from '../errors.ts'
import type { Exchange } from '../http/exchange.ts'
import { createFeeds } from '../feed/feeder.ts'
import { createLivePort } from '../live/port.ts'
import type { Plan } from '../run/plan.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { Recorder, Settled } from '../record/recorder.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { createSender } from './sender.ts'
import type { RunningSession, SessionPort } from './session.ts'
import { createSession } from './create-session.ts'
import type { Step } from '../scenario/step.ts'
import { createTimers } from './timers.ts'
import type { Transport } from '../http/transport.ts'
import { createWeightedDraw } from '../random/weighted.ts'

/** Somebody who goes through scenarios: an arrival of the open model, a user of the closed one. */
export interface Visitor {
  /** From 0, over the whole run: other generators' visitors have other numbers. */
  number: number
  sessions: Map<Scenario, RunningSession>
  /** Of the visitor's choices and pauses. */
  random(): Random
}

export interface Visitors {
  create(number: number): Visitor
  /** Chooses a scenario and starts it; its first request is due at `due` (performance.now()). `onEnd` follows its end. */
  begin(visitor: Visitor, due: number, onEnd: (answered: boolean) => void): void
  /** Calls back after `ms`, unless the run is over by then. */
  wait(ms: number, then: () => void): void
  /** The time is over: no session goes further. */
  stop(): void
  /** Closes what sessions hold open. */
  close(): void
}

export interface VisitorsOptions {
  plan: Plan
  /** What each scenario's `setup` prepared, in their order. */
  shared: readonly unknown[]
  transport: Transport
  recorder: Recorder
  onSettled: (exchange: Settled) => void
  /** A scenario threw something else than a failed step. */
  onFailure: (error: Error) => void
}

/** Random streams of a run: arrivals have 0, sessions 1 and up, the choices of visitors −1 and down. */
const choiceStream = (number: number) => -1 - number

export function createVisitors(options: VisitorsOptions): Visitors {
  const { plan, recorder, onFailure } = options
  const { scenarios, seed } = plan
  const draw = createWeightedDraw(scenarios.map((scenario) => scenario.weight))
  const timers = createTimers()
  const sender = createSender(options)
  const live = createLivePort(options)
  const feeds = createFeeds(plan)
  const port: SessionPort = {
    origin: plan.origin,
    redirects: plan.redirects,
    wait: timers.wait,
    send: sender.send,
    onCheck: (name, holds) => recorder.addCheck(name, performance.now(), holds),
    onGroup: recorder.addGroup,
    feed: feeds.next,
    live: live.port,
  }

  function fail(scenario: Scenario, cause: unknown): void {
    if (cause instanceof HotpathError && cause.code === 'HP_LOAD_FEEDER_EXHAUSTED') return onFailure(cause)
    const problem = cause instanceof Error ? cause.message : String(cause)
    onFailure(errors.HP_LOAD_SCENARIO_FAILED({ name: scenario.name, problem }, { cause }))
  }

  function sessionOf(visitor: Visitor, scenario: Scenario): RunningSession {
    const known = visitor.sessions.get(scenario)
    if (known) return known
    const shared = options.shared[scenarios.indexOf(scenario)]
    const created = createSession({ number: visitor.number, seed, shared, port })
    visitor.sessions.set(scenario, created)
    return created
  }

  /** The only request of a session; it is read where somebody looks at more than its status. */
  function sendOnly(running: RunningSession, step: Step, { due, onEnd }: Beginning): void {
    const isRead =
      step.captures.length > 0 || step.checks.length > 0 || (step.redirects ?? plan.redirects) > 0
    if (isRead) {
      void running.session.attempt(step).then(({ response }) => onEnd(response !== null))
      return
    }
    const headers = running.headers(step)
    const onSettled = ({ failure }: Exchange) => onEnd(failure === null)
    sender.sendUnread(step, headers ? { due, headers, onSettled } : { due, onSettled })
  }

  async function passThrough(running: RunningSession, started: Promise<unknown>, beginning: Beginning) {
    const { scenario, due, onEnd } = beginning
    let failed = false
    try {
      const last = await started
      if (isStep(last)) return sendOnly(running, last, beginning)
    } catch (error) {
      if (!isFailedStep(error)) return fail(scenario, error)
      failed = true
    }
    running.end()
    recorder.addSession({ due, endedAt: performance.now(), failed })
    onEnd(false)
  }

  return {
    create(number) {
      let random: Random | undefined
      return {
        number,
        sessions: new Map(),
        random: () => (random ??= createRandom(seed, choiceStream(number))),
      }
    },
    begin(visitor, due, onEnd) {
      const scenario = scenarios.length === 1 ? scenarios[0]! : scenarios[draw(visitor.random())]!
      const running = sessionOf(visitor, scenario)
      running.becomesDue(due)
      const beginning = { scenario, due, onEnd }
      try {
        const started = scenario.run(running.session)
        if (isStep(started)) sendOnly(running, started, beginning)
        else void passThrough(running, started, beginning)
      } catch (error) {
        fail(scenario, error)
      }
    },
    wait: timers.wait,
    stop() {
      timers.stop()
      sender.stop()
      live.stop()
    },
    close: live.close,
  }
}

interface Beginning {
  scenario: Scenario
  due: number
  onEnd: (answered: boolean) => void
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'path' in value && 'method' in value
}

/** Errors that end a session, and are no fault of the scenario. */
const endings = new Set(['HP_LOAD_STEP_FAILED', 'HP_LOAD_CHECK_FAILED', 'HP_LOAD_LIVE'])

function isFailedStep(error: unknown): boolean {
  return error instanceof HotpathError && endings.has(error.code)
}
