import { HotpathError } from '@hotpath/core'
import { errors } from './errors.ts'
import type { Exchange, ExchangeOptions } from './exchange.ts'
import type { Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { createSession, type RunningSession } from './session.ts'
import type { Step } from './step.ts'
import { createTimers } from './timers.ts'
import type { Recorder, Settled } from './recorder.ts'
import type { Transport } from './transport.ts'
import { createWeightedDraw } from './weighted.ts'

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
  /** The run is over: no session goes further. */
  stop(): void
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
  const { plan, onFailure } = options
  const { scenarios, seed } = plan
  const draw = createWeightedDraw(scenarios.map((scenario) => scenario.weight))
  const timers = createTimers()
  const sender = createSender(options)
  const port = { wait: timers.wait, send: sender.send }

  function fail(scenario: Scenario, cause: unknown): void {
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
      const sendOnly = (step: Step) => {
        const headers = running.headers()
        const onSettled = ({ failure }: Exchange) => onEnd(failure === null)
        sender.sendUnread(step, headers ? { due, headers, onSettled } : { due, onSettled })
      }
      running.becomesDue(due)
      try {
        const started = scenario.run(running.session)
        if (isStep(started)) return sendOnly(started)
        Promise.resolve(started).then(
          (value) => (isStep(value) ? sendOnly(value) : onEnd(false)),
          (error: unknown) => (isFailedStep(error) ? onEnd(false) : fail(scenario, error)),
        )
      } catch (error) {
        fail(scenario, error)
      }
    },
    wait: timers.wait,
    stop() {
      timers.stop()
      sender.stop()
    },
  }
}

type SendOptions = Omit<ExchangeOptions, 'keepsAnswer'>

/** Sends for sessions until it is stopped; the run sees each exchange settle before the session does. */
function createSender({ transport, onSettled }: Pick<VisitorsOptions, 'transport' | 'onSettled'>) {
  let stopped = false

  function send(step: Step, keepsAnswer: boolean, options: SendOptions): void {
    if (stopped) return
    const settled = (exchange: Exchange) => {
      onSettled(exchange)
      options.onSettled(exchange)
    }
    transport.send(step, { ...options, keepsAnswer, onSettled: settled })
  }

  return {
    /** Keeps the answer for the scenario. */
    send: (step: Step, options: SendOptions) => send(step, true, options),
    /** The answer is counted, and nobody reads it. */
    sendUnread: (step: Step, options: SendOptions) => send(step, false, options),
    stop() {
      stopped = true
    },
  }
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'path' in value && 'method' in value
}

function isFailedStep(error: unknown): boolean {
  return error instanceof HotpathError && error.code === 'HP_LOAD_STEP_FAILED'
}
