import { type Budget, type Duration, parseBudget, parseDuration } from '@hotpath/core'
import { checkBudget } from './budgets.ts'
import { errors } from './errors.ts'
import type { Model } from './judge.ts'
import type { Progress } from './progress.ts'
import type { Scenario } from './scenario.ts'
import { type Arrivals, countArrivals } from './schedule.ts'
import { parseTarget } from './url-scenario.ts'

/** How a run is driven. */
export interface LoadOptions {
  /** One scenario, or several, chosen by weight at each arrival. */
  scenarios: Scenario | readonly Scenario[]
  /** Where it goes: `http://127.0.0.1:4000`. @default the scenario's own origin, if it has one */
  origin?: string
  /**
   * `open`: arrivals come at `rate`, whatever the server does, as visitors do. `closed`: `users` each wait for their
   * answer before they go on, for finding the highest throughput. @default 'open'
   */
  model?: Model
  /** Open model: arrivals per second, 0.001…100,000. @default 10 */
  rate?: number
  /** Open model. @default 'uniform' */
  arrivals?: Arrivals
  /** Closed model: how many users, 1…20,000. @default 10 */
  users?: number
  /** Closed model: pause of a user between two iterations. @default 0 */
  think?: Duration
  /** The measured time, 0.1 s…24 h. @default '10s' */
  duration?: Duration
  /** Time before it at the same load, not measured; up to 1 h. @default 0 */
  warmup?: Duration
  /** Of arrivals, choices and the sessions' random numbers. @default 1 */
  seed?: number
  /** Most connections at a time, 1…20,000; the closed model never needs more than its users. @default 512 */
  connections?: number
  /** From the due time to the last byte; counted at this value, as an error. 1 ms…10 min. @default '10s' */
  timeout?: Duration
  /** In the budget language: `p95 < 200ms`, `errors < 1%`, `rate > 1000/s`. @default none */
  budgets?: readonly string[]
  /** Adds the response histogram to the result, to merge or compare it later. @default false */
  histograms?: boolean
  /** Stops the run; what was measured so far is the result. @default none */
  signal?: AbortSignal
  /** Called once a second. @default none */
  onProgress?: (progress: Progress) => void
}

/** Checked options, in milliseconds. */
export interface Plan {
  scenarios: readonly Scenario[]
  origin: string
  model: Model
  rate: number
  arrivals: Arrivals
  users: number
  thinkMs: number
  durationMs: number
  warmupMs: number
  seed: number
  connections: number
  timeoutMs: number
  budgets: readonly Budget[]
}

const defaults = {
  model: 'open',
  rate: 10,
  arrivals: 'uniform',
  users: 10,
  think: 0,
  duration: '10s',
  warmup: 0,
  seed: 1,
  connections: 512,
  timeout: '10s',
  budgets: [],
} as const satisfies Partial<LoadOptions>

const hourMs = 3_600_000
const mostConnections = 20_000
/** 160 MB of due times. */
const mostArrivals = 20_000_000

/**
 * Checks the options of a run.
 * @throws HP_LOAD_OPTION, HP_LOAD_URL, HP_LOAD_NO_ORIGIN, HP_LOAD_BUDGET_UNIT, HP_DURATION_INVALID, HP_BUDGET_INVALID
 */
export function planRun(options: LoadOptions): Plan {
  const chosen = { ...defaults, ...options }
  const plan: Plan = {
    scenarios: scenariosOf(options.scenarios),
    origin: originOf(options),
    model: oneOf('model', chosen.model, ['open', 'closed']),
    rate: within('rate', chosen.rate, { least: 0.001, most: 100_000 }),
    arrivals: oneOf('arrivals', chosen.arrivals, ['uniform', 'poisson']),
    users: within('users', chosen.users, { least: 1, most: mostConnections, whole: true }),
    thinkMs: within('think', parseDuration(chosen.think), { least: 0, most: hourMs, unit: ' ms' }),
    durationMs: within('duration', parseDuration(chosen.duration), {
      least: 100,
      most: 24 * hourMs,
      unit: ' ms',
    }),
    warmupMs: within('warmup', parseDuration(chosen.warmup), { least: 0, most: hourMs, unit: ' ms' }),
    seed: within('seed', chosen.seed, { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true }),
    connections: within('connections', chosen.connections, { least: 1, most: mostConnections, whole: true }),
    timeoutMs: within('timeout', parseDuration(chosen.timeout), { least: 1, most: 600_000, unit: ' ms' }),
    budgets: chosen.budgets.map((text) => checkBudget(parseBudget(text))),
  }
  if (plan.model === 'open') {
    within('the number of arrivals (rate × duration)', countArrivals(plan), { least: 1, most: mostArrivals })
  }
  return plan
}

function scenariosOf(given: LoadOptions['scenarios']): readonly Scenario[] {
  const scenarios = 'run' in given ? [given] : given
  if (scenarios.length > 0) return scenarios
  throw errors.HP_LOAD_OPTION({ option: 'scenarios', given: 'empty', allowed: 'at least one scenario' })
}

function originOf({ origin, scenarios }: LoadOptions): string {
  if (origin !== undefined) return parseTarget(origin).origin
  const origins = new Set(scenariosOf(scenarios).map((scenario) => scenario.origin))
  const [only] = origins
  if (origins.size === 1 && only) return only
  throw errors.HP_LOAD_NO_ORIGIN()
}

interface Range {
  least: number
  most: number
  whole?: boolean
  unit?: string
}

function within(option: string, given: number, { least, most, whole = false, unit = '' }: Range): number {
  if (given >= least && given <= most && (!whole || Number.isInteger(given))) return given
  const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  const allowed = `a ${whole ? 'whole ' : ''}number in ${number(least)}…${number(most)}${unit}`
  throw errors.HP_LOAD_OPTION({ option, given: `${String(given)}${unit}`, allowed })
}

function oneOf<T extends string>(option: string, given: T, allowed: readonly T[]): T {
  if (allowed.includes(given)) return given
  throw errors.HP_LOAD_OPTION({ option, given: JSON.stringify(given), allowed: allowed.join(' or ') })
}
