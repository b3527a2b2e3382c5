import { type Budget, type Duration, parseBudget, parseDuration } from '@hotpath/core'
import { checkBudget } from '../judge/budgets.ts'
import { errors } from '../errors.ts'
import type { Model } from '../judge/judge.ts'
import { oneOf, within } from './option-range.ts'
import type { Progress } from '../record/progress.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { type Arrivals, countArrivals } from '../schedule/schedule.ts'
import { checkShare, type Share, wholeShare } from '../schedule/share.ts'
import {
  highestLevel,
  meanLevel,
  type RateStage,
  readStages,
  type Stage,
  totalMs,
  type UserStage,
} from '../schedule/stages.ts'
import { readThink, type Think, type ThinkTime } from '../session/think.ts'
import { planTrace, readTrace, type Trace } from '../schedule/trace.ts'
import { parseTarget } from '../scenario/url-scenario.ts'

/** How a run is driven. Everything but the functions, the signal and the scenarios is safe in JSON. */
export interface LoadOptions extends ConnectionOptions {
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
  /** Open model; a trace of counts spreads them so within each second. @default 'uniform' */
  arrivals?: Arrivals
  /** Closed model: how many users, 1…20,000. @default 10 */
  users?: number
  /**
   * Closed model: how many sessions all users begin together, 1…20,000,000; the run ends with the last of them, at the
   * latest after `duration`, which is then 10 min unless given. @default no limit
   */
  iterations?: number
  /** Levels that change; they replace `rate` or `users`, and `duration`. @default none */
  stages?: readonly RateStage[] | readonly UserStage[]
  /** Open model: recorded arrivals, or a file of them; replaces `rate`. `duration` cuts it. @default none */
  trace?: string | Trace
  /** Closed model: pause of a user between two iterations. @default 0 */
  think?: ThinkTime
  /** The measured time, 0.1 s…24 h. @default '10s' */
  duration?: Duration
  /** Time before it at the mean level of the first stage, not measured; up to 1 h. @default 0 */
  warmup?: Duration
  /** Of arrivals, choices and the sessions' random numbers. @default 1 */
  seed?: number
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

/** How requests are sent. */
export interface ConnectionOptions {
  /** Most connections at a time, 1…20,000; the closed model never needs more than its users. @default 512 */
  connections?: number
  /** Whether a connection carries one request after the other, or each request opens its own. @default true */
  keepAlive?: boolean
  /** Asks for compressed answers, as browsers do. @default false */
  compression?: boolean
  /** Sent with each request that does not say otherwise. @default none */
  headers?: Readonly<Record<string, string>>
  /** Accepts any certificate, for tests with one of their own. @default false */
  insecure?: boolean
  /** How many redirects to the same origin a session follows, 0…20; each hop is a request of its own. @default 0 */
  redirects?: number
}

/** Checked options, in milliseconds. */
export interface Plan {
  scenarios: readonly Scenario[]
  origin: string
  model: Model
  /** Arrivals per second, or users; with single times recorded, their mean rate. */
  stages: readonly Stage[]
  /** Single times recorded, which are followed instead of the stages. */
  times: Float64Array | null
  /** Where the load comes from, to be named in the result. */
  pattern: 'constant' | 'stages' | 'trace'
  arrivals: Arrivals
  think: Think
  /** Sessions that all users begin together; null without limit. */
  iterations: number | null
  durationMs: number
  warmupMs: number
  seed: number
  connections: number
  keepAlive: boolean
  insecure: boolean
  redirects: number
  /** Headers of every request, names in lower case. */
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  budgets: readonly Budget[]
  share: Share
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
  keepAlive: true,
  compression: false,
  headers: {},
  insecure: false,
  redirects: 0,
  timeout: '10s',
  budgets: [],
} as const satisfies Partial<LoadOptions>

const hourMs = 3_600_000
const mostConnections = 20_000
/** 160 MB of due times. */
const mostArrivals = 20_000_000
const acceptedCodings = 'gzip, deflate, br, zstd'

/**
 * Checks the options of a run, or of a share of one.
 * @throws HP_LOAD_OPTION, HP_LOAD_URL, HP_LOAD_NO_ORIGIN, HP_LOAD_TRACE, HP_LOAD_BUDGET_UNIT, HP_DURATION_INVALID,
 * HP_BUDGET_INVALID
 */
export function planRun(options: LoadOptions, share: Share = wholeShare): Plan {
  const chosen = { ...defaults, ...options }
  const plan: Plan = {
    scenarios: scenariosOf(options.scenarios),
    origin: originOf(options),
    model: oneOf('model', chosen.model, ['open', 'closed']),
    ...planLoad(options),
    arrivals: oneOf('arrivals', chosen.arrivals, ['uniform', 'poisson']),
    think: readThink(chosen.think),
    iterations: iterationsOf(options),
    warmupMs: within('warmup', parseDuration(chosen.warmup), { least: 0, most: hourMs, unit: ' ms' }),
    seed: within('seed', chosen.seed, { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true }),
    connections: within('connections', chosen.connections, { least: 1, most: mostConnections, whole: true }),
    keepAlive: chosen.keepAlive,
    insecure: chosen.insecure,
    redirects: within('redirects', chosen.redirects, { least: 0, most: 20, whole: true }),
    headers: headersOf(chosen.headers, chosen.compression),
    timeoutMs: within('timeout', parseDuration(chosen.timeout), { least: 1, most: 600_000, unit: ' ms' }),
    budgets: chosen.budgets.map((text) => checkBudget(parseBudget(text))),
    share: checkShare(share),
  }
  if (plan.model === 'open') {
    const count = plan.times?.length ?? countArrivals(plan.stages)
    within('the number of arrivals (rate × duration)', count, { least: 1, most: mostArrivals })
  } else
    within('the number of users', Math.round(highestLevel(plan.stages)), { least: 1, most: mostConnections })
  return plan
}

function iterationsOf({ iterations, model, warmup }: LoadOptions): number | null {
  if (iterations === undefined) return null
  refuse(model !== 'closed' || warmup !== undefined, 'iterations', 'the closed model, without a warm-up')
  return within('iterations', iterations, { least: 1, most: mostArrivals, whole: true })
}

/** The level of the load over the measured time. */
function planLoad(options: LoadOptions): Pick<Plan, 'stages' | 'times' | 'pattern' | 'durationMs'> {
  const { model, rate, users, stages, trace } = { ...defaults, ...options }
  const duration = options.duration ?? (options.iterations === undefined ? defaults.duration : '10m')
  const range = { least: 100, most: 24 * hourMs, unit: ' ms' }
  const durationMs = within('duration', parseDuration(duration), range)
  if (trace !== undefined) {
    refuse(stages !== undefined || model === 'closed', 'trace', 'the open model, without stages')
    const cutMs = options.duration === undefined ? null : durationMs
    return planRecorded(planTrace(typeof trace === 'string' ? readTrace(trace) : trace, cutMs))
  }
  if (stages !== undefined) {
    refuse(options.duration !== undefined, 'duration beside stages', 'left out: stages have their own')
    const read = readStages(stages, model === 'closed' ? 'users' : 'rate')
    return {
      stages: read,
      times: null,
      pattern: 'stages',
      durationMs: within('duration', totalMs(read), range),
    }
  }
  const level =
    model === 'closed'
      ? within('users', users, { least: 1, most: mostConnections, whole: true })
      : within('rate', rate, { least: 0.001, most: 100_000 })
  return { stages: [{ durationMs, from: level, to: level }], times: null, pattern: 'constant', durationMs }
}

function planRecorded(
  planned: ReturnType<typeof planTrace>,
): Pick<Plan, 'stages' | 'times' | 'pattern' | 'durationMs'> {
  if ('stages' in planned) {
    return { ...planned, times: null, pattern: 'trace', durationMs: totalMs(planned.stages) }
  }
  const { times, durationMs } = planned
  const rate = (times.length * 1000) / durationMs
  return { stages: [{ durationMs, from: rate, to: rate }], times, pattern: 'trace', durationMs }
}

/** The level at which the warm-up is driven. */
export function warmupLevel({ stages }: Plan): number {
  return meanLevel(stages.slice(0, 1))
}

function refuse(wrong: boolean, option: string, allowed: string): void {
  if (wrong) throw errors.HP_LOAD_OPTION({ option, given: 'used here', allowed })
}

function headersOf(given: Readonly<Record<string, string>>, compression: boolean): Plan['headers'] {
  const headers: Record<string, string> = { 'user-agent': 'hotpath-load' }
  if (compression) headers['accept-encoding'] = acceptedCodings
  for (const [name, value] of Object.entries(given)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw errors.HP_LOAD_OPTION({
        option: 'headers',
        given: JSON.stringify(`${name}: ${value}`),
        allowed: 'a name and a value of printable characters (RFC 9110 §5)',
      })
    }
    headers[name.toLowerCase()] = value
  }
  return headers
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
