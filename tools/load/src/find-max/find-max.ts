import { checkBudget } from '../judge/budgets.ts'
import { parseBudget } from '@hotpath/core'
import { errors } from '../errors.ts'
import type { RunResult } from '../record/result.ts'
import { untilLeftAlone } from '../run/until-valid.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { createThreshold, type Threshold, type ThresholdEstimate } from './threshold.ts'

/** How the highest rate is searched. */
export interface FindMaxOptions {
  /**
   * Drives the rate (arrivals per second) in the open model and holds the budgets against it. `seed` differs from run
   * to run, so that chance does not repeat itself. What is learned of it is learned of the rate that the result names
   * as its target, which may be another one where `run` had a reason.
   */
  run(rate: number, seed: number): Promise<RunResult>
  /** As fast as the server can, in the closed model: says where to search. Unset, the search begins at `from`. */
  saturate?: () => Promise<RunResult>
  /** In the budget language: `p95 < 200ms`, `errors < 1%`. */
  budgets: readonly string[]
  /** The rate to begin with where `saturate` is not given, arrivals per second. @default 10 */
  from?: number
  /** Ends when the 80 % interval is this narrow: its width as a share of the rate. @default 0.1 */
  precision?: number
  /** Ends the wait between two runs; to end a run is what `run` does. */
  signal?: AbortSignal
  /** Most runs, those included that were INVALID and those that find the bracket. @default 24 */
  mostRuns?: number
  /** Called after each run. @default none */
  onStep?: (step: FindMaxStep) => void
}

/** One run of the search. */
export interface FindMaxStep {
  /** From 1. */
  run: number
  /** Arrivals per second; in the first, closed run what the server answered per second. */
  rate: number
  outcome: Outcome | 'saturated'
  /** Why a run is INVALID. */
  reasons: string[]
  p95Ms: number | null
  errors: number
  requests: number
  /** What is known after it; null while the bracket is being searched. */
  estimate: ThresholdEstimate | null
}

/**
 * The highest rate at which the budgets hold.
 * FOUND: between `low` and `high` by 80 %. AT_LEAST: the generator was the limit before a budget broke; `rate` is the
 * highest at which all held. NONE: they do not even hold at the lowest rate tried. ABORTED: stopped before its end.
 */
export interface FindMaxResult {
  verdict: 'FOUND' | 'AT_LEAST' | 'NONE' | 'ABORTED'
  /** Arrivals per second; 0 when nothing held. */
  rate: number
  /** Bounds of the interval that holds the true rate in 80 of 100 searches; null where there is none. */
  low: number
  high: number | null
  confidence: 0.8
  budgets: string[]
  /** Why the verdict is not FOUND, or the interval wider than asked for. */
  reasons: string[]
  steps: FindMaxStep[]
}

const invalidTries = 3
const lowestRate = 0.1

/**
 * Finds the highest rate under budgets: a closed run and steps of doubling find a bracket, then Bayesian bisection with
 * repeated runs finds the knee in it. Runs that are INVALID are repeated; where they stay so, the result is a lower bound.
 * @throws HP_LOAD_OPTION, HP_LOAD_BUDGET_UNIT, HP_BUDGET_INVALID; what `run` throws
 */
export async function findMax(options: FindMaxOptions): Promise<FindMaxResult> {
  const { precision = 0.1, mostRuns = 24, from = 10 } = options
  if (options.budgets.length === 0) {
    throw errors.HP_LOAD_OPTION({ option: 'budgets', given: 'empty', allowed: 'at least one budget' })
  }
  const search = startSearch(options, mostRuns)
  const bracket = await findBracket(search, (await search.saturate()) ?? from)
  if (bracket === null || bracket.low === 0 || bracket.high === null) return conclude(search, bracket, null)
  // All that was tried, and not the bracket alone: one end of it may have been an accident.
  const tried = search.steps.map(({ rate }) => rate)
  const threshold = createThreshold({ least: Math.min(...tried) / 1.5, most: Math.max(...tried) * 1.5 })
  for (const { rate, outcome } of search.steps) learn(threshold, rate, outcome)
  while (search.runsLeft() > 0) {
    const { value, low, high } = threshold.estimate()
    if ((high - low) / value <= precision) return conclude(search, bracket, threshold)
    const { outcome } = await search.try(value, (rate, found) => {
      learn(threshold, rate, found)
      return threshold.estimate()
    })
    if (outcome !== 'holds' && outcome !== 'breaks') break
  }
  return conclude(search, bracket, threshold)
}

/** A search under way. */
interface Search {
  budgets: readonly string[]
  precision: number
  steps: FindMaxStep[]
  runsLeft(): number
  /** What the server answers per second when it has all it can take; null when that is not known. */
  saturate(): Promise<number | null>
  /** One rate, repeated while the run is INVALID; tells at which rate it was in the end. */
  try(
    rate: number,
    learned?: (rate: number, outcome: Outcome) => ThresholdEstimate,
  ): Promise<{ rate: number; outcome: Outcome }>
}

function startSearch(options: FindMaxOptions, mostRuns: number): Search {
  const { run, saturate, onStep, precision = 0.1, signal } = options
  const budgets = options.budgets.map((text) => checkBudget(parseBudget(text)))
  const steps: FindMaxStep[] = []
  const runsLeft = () => mostRuns - steps.length

  function note(step: Pick<FindMaxStep, 'rate' | 'outcome' | 'estimate'>, result: RunResult): void {
    const { reasons, responseMs, errors: failed, requests } = result
    const noted = { run: steps.length + 1, ...step, reasons, p95Ms: responseMs.p95, errors: failed, requests }
    steps.push(noted)
    onStep?.(noted)
  }

  return {
    budgets: options.budgets,
    precision,
    steps,
    runsLeft,
    async saturate() {
      const result = await saturate?.()
      if (!result) return null
      const aborted = result.verdict === 'ABORTED'
      note({ rate: result.achievedRate, outcome: aborted ? 'ABORTED' : 'saturated', estimate: null }, result)
      return result.achievedRate > 0 ? result.achievedRate / 2 : null
    },
    async try(asked, learned) {
      for (let attempt = 1; ; attempt++) {
        const result = await run(asked, steps.length + 1)
        const rate = result.target.rate ?? asked
        const outcome = outcomeOf(result, budgets)
        note({ rate, outcome, estimate: learned?.(rate, outcome) ?? null }, result)
        if (outcome !== 'INVALID' || attempt === invalidTries || runsLeft() <= 0) return { rate, outcome }
        await untilLeftAlone(result, signal)
      }
    },
  }
}

/** The highest rate that held and the lowest that did not: 0 and null where none did. */
interface Bracket {
  low: number
  high: number | null
}

/** Doubles the rate while the budgets hold, or halves it until they do. Null when it was stopped. */
async function findBracket(search: Search, start: number): Promise<Bracket | null> {
  if (search.steps.some(({ outcome }) => outcome === 'ABORTED')) return null
  const bracket: Bracket = { low: 0, high: null }
  // Above a rate at which the generator is the limit nothing can be said.
  let ceiling = Infinity
  for (let next: number | null = start; search.runsLeft() > 0;) {
    const { rate, outcome } = await search.try(next)
    if (outcome === 'ABORTED') return null
    if (outcome === 'holds') bracket.low = rate
    else if (outcome === 'breaks') bracket.high = rate
    else ceiling = rate
    if (bracket.low > 0 && bracket.high !== null) return bracket
    next = nextRate(bracket, ceiling)
    if (next === null) return bracket
  }
  return bracket
}

function nextRate({ low, high }: Bracket, ceiling: number): number | null {
  const most = Math.min(ceiling, high ?? Infinity)
  if (low === 0) return most / 2 >= lowestRate ? most / 2 : null
  if (ceiling === Infinity) return low * 2
  return ceiling / low > 1.15 ? Math.sqrt(low * ceiling) : null
}

function learn(threshold: Threshold, rate: number, outcome: FindMaxStep['outcome']): void {
  if (outcome === 'holds' || outcome === 'breaks') threshold.learn(rate, outcome === 'holds')
}

function conclude(search: Search, bracket: Bracket | null, threshold: Threshold | null): FindMaxResult {
  const { steps, budgets } = search
  const common = { confidence: 0.8 as const, budgets: [...budgets], steps }
  const held = steps.filter(({ outcome }) => outcome === 'holds').map(({ rate }) => rate)
  const highest = Math.max(0, ...held)
  const estimate = threshold?.estimate() ?? null
  const last = steps.at(-1)
  if (last?.outcome === 'ABORTED') {
    const reasons = ['The search was stopped before its end.']
    return { verdict: 'ABORTED', ...common, rate: highest, low: highest, high: null, reasons }
  }
  if (estimate === null || last?.outcome === 'INVALID') {
    const verdict = highest > 0 ? 'AT_LEAST' : 'NONE'
    return { verdict, ...common, rate: highest, low: highest, high: null, reasons: boundReasons(steps) }
  }
  const { value, low, high } = estimate
  const narrow = (high - low) / value <= search.precision
  const reasons = narrow ? [] : [`After ${steps.length} runs the interval is wider than asked for.`]
  return { verdict: 'FOUND', ...common, rate: value, low, high, reasons }
}

/** Why there is no upper end. */
function boundReasons(steps: readonly FindMaxStep[]): string[] {
  const invalid = steps.findLast(({ outcome }) => outcome === 'INVALID')
  if (invalid) {
    return [`At ${rounded(invalid.rate)}/s the generator was the limit:`, ...invalid.reasons]
  }
  const broken = steps.findLast(({ outcome }) => outcome === 'breaks')
  return broken
    ? [`A budget is broken even at ${rounded(broken.rate)}/s.`]
    : [`No budget broke in ${steps.length} runs; more runs would go on to higher rates.`]
}

const rounded = (rate: number) => Number(rate.toPrecision(3))
