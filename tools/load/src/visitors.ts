import { HotpathError } from '@hotpath/core'
import { errors } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Plan } from './plan.ts'
import { createRandom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { createSession, type RunningSession } from './session.ts'
import type { SharedData } from './setup.ts'
import type { Step } from './step.ts'
import type { Transport } from './transport.ts'
import { createWeightedDraw } from './weighted.ts'

/** Somebody who goes through scenarios: an arrival of the open model, a user of the closed one. */
export interface Visitor {
  number: number
  sessions: Map<Scenario, RunningSession>
}

export interface Visitors {
  create(number: number): Visitor
  /** Chooses a scenario and starts it; its first request is due at `due` (performance.now()). `onEnd` follows its end. */
  begin(visitor: Visitor, due: number, onEnd: (exchange?: Exchange) => void): void
  /** Calls back after `ms`, unless the run is over by then. */
  wait(ms: number, then: () => void): void
  /** The run is over: no session goes further. */
  stop(): void
}

export interface VisitorsOptions {
  plan: Plan
  shared: SharedData
  transport: Transport
  onSettled: (exchange: Exchange) => void
  /** A scenario threw something else than a failed step. */
  onFailure: (error: Error) => void
}

/** Random streams of a run: arrivals have 0, sessions 1 and up. */
const choiceStream = -1

export function createVisitors({ plan, shared, transport, onSettled, onFailure }: VisitorsOptions): Visitors {
  const { scenarios, seed } = plan
  const random = createRandom(seed, choiceStream)
  const draw = createWeightedDraw(scenarios.map((scenario) => scenario.weight))
  const timers = new Set<NodeJS.Timeout>()
  let over = false

  function wait(ms: number, then: () => void): void {
    if (over) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      then()
    }, ms)
    timers.add(timer)
  }

  const port = {
    wait,
    send(step: Step, options: { due: number; headers?: string[]; onSettled: (exchange: Exchange) => void }) {
      if (over) return
      const settled = (exchange: Exchange) => {
        onSettled(exchange)
        options.onSettled(exchange)
      }
      transport.send(step, { ...options, keepsAnswer: true, onSettled: settled })
    },
  }

  function sendOnly(
    step: Step,
    running: RunningSession,
    end: { due: number; onEnd: (exchange: Exchange) => void },
  ) {
    if (over) return
    const headers = running.headers()
    const settled = (exchange: Exchange) => {
      onSettled(exchange)
      end.onEnd(exchange)
    }
    const options = { due: end.due, keepsAnswer: false, onSettled: settled }
    transport.send(step, headers ? { ...options, headers } : options)
  }

  function fail(scenario: Scenario, cause: unknown): void {
    const problem = cause instanceof Error ? cause.message : String(cause)
    onFailure(errors.HP_LOAD_SCENARIO_FAILED({ name: scenario.name, problem }, { cause }))
  }

  function sessionOf(visitor: Visitor, scenario: Scenario): RunningSession {
    const known = visitor.sessions.get(scenario)
    if (known) return known
    const created = createSession({ number: visitor.number, seed, shared: shared.get(scenario), port })
    visitor.sessions.set(scenario, created)
    return created
  }

  return {
    create: (number) => ({ number, sessions: new Map() }),
    begin(visitor, due, onEnd) {
      const scenario = scenarios.length === 1 ? scenarios[0]! : scenarios[draw(random)]!
      const running = sessionOf(visitor, scenario)
      running.becomesDue(due)
      try {
        const started = scenario.run(running.session)
        if (isStep(started)) return sendOnly(started, running, { due, onEnd })
        Promise.resolve(started).then(
          (value) => (isStep(value) ? sendOnly(value, running, { due, onEnd }) : onEnd()),
          (error: unknown) => (isFailedStep(error) ? onEnd() : fail(scenario, error)),
        )
      } catch (error) {
        fail(scenario, error)
      }
    },
    wait,
    stop() {
      over = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'path' in value && 'method' in value
}

function isFailedStep(error: unknown): boolean {
  return error instanceof HotpathError && error.code === 'HP_LOAD_STEP_FAILED'
}
