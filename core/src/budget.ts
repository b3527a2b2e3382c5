import { formatBytes, parseBytes } from './bytes.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { coreErrors } from './errors.ts'

export type BudgetOperator = '<' | '<=' | '>' | '>='

/** What a bound counts: milliseconds, a share of 1, bytes, events per second, or a plain number. */
export type BudgetUnit = 'ms' | 'ratio' | 'bytes' | 'perSecond' | 'count'

/** A promise about one figure, as data: `p95 < 200ms`. */
export interface Budget {
  /** The text it was read from. */
  text: string
  /** What is measured; a statistic alone speaks of `latency`. */
  metric: string
  /** `p50`…`p99.9`, `mean`, `min`, `max`, or null where the metric is one figure. */
  statistic: string | null
  operator: BudgetOperator
  /** In the unit's base: milliseconds, 0…1, bytes, per second, count. */
  bound: number
  unit: BudgetUnit
}

export type BudgetVerdict = 'met' | 'missed' | 'not measured'

/** A budget held against a measured value. */
export interface BudgetResult {
  verdict: BudgetVerdict
  /** In the budget's unit; null when nothing was measured. */
  value: number | null
}

const statistics = /^(p\d{1,2}(?:\.\d+)?|mean|avg|average|median|min|max)$/
const percentileLike = /^p\d/i
const names = /^[A-Za-z][\w.-]*$/
// Commas group thousands and nothing else ("1,5s" is refused, not read as 15 s); an exponent is how JavaScript prints
// very large and very small numbers, so that a printed budget can be read again.
const bounds = /^((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?)\s*([^\d,.].*)?$/
const shape = /^(?<left>[^<>]+?)\s*(?<operator><=|>=|<|>)\s*(?<bound>.+)$/

/**
 * Reads one budget.
 * @throws HP_BUDGET_INVALID saying which part cannot be read
 */
export function parseBudget(text: string): Budget {
  const fail = (problem: string) => coreErrors.HP_BUDGET_INVALID({ given: text, problem })
  const parts = shape.exec(text.trim())?.groups as
    | { left: string; operator: BudgetOperator; bound: string }
    | undefined
  if (!parts) throw fail('it has no comparison (<, <=, > or >=) between a metric and a bound')
  const words = parts.left.trim().split(/\s+/)
  if (words.length > 2) throw fail(`"${parts.left}" is more than a metric and a statistic`)
  for (const word of words) if (!names.test(word)) throw fail(`"${word}" is not a name`)

  const last = words.at(-1)!
  const hasStatistic = statistics.test(last)
  if (!hasStatistic && percentileLike.test(last))
    throw fail(`"${last}" is not a percentile such as p50, p95 or p99.9`)
  if (words.length === 2 && !hasStatistic) throw fail(`"${last}" is not a statistic such as p95, mean or max`)
  const metric = hasStatistic ? (words.length === 2 ? words[0]! : 'latency') : last
  const { bound, unit } = parseBound(parts.bound.trim(), fail)
  return {
    text: text.trim(),
    metric,
    statistic: hasStatistic ? canonical(last) : null,
    operator: parts.operator,
    bound,
    unit,
  }
}

/** Holds `budget` against a value in its unit; null or undefined is "not measured", never a pass. */
export function evaluateBudget(budget: Budget, value: number | null | undefined): BudgetResult {
  if (value === null || value === undefined || Number.isNaN(value))
    return { verdict: 'not measured', value: null }
  return { verdict: holds(budget, value) ? 'met' : 'missed', value }
}

/** The budget in its canonical form: `parseBudget(printBudget(b))` means what `b` means. */
export function printBudget(budget: Budget): string {
  const name = budget.statistic === null ? budget.metric : `${budget.metric} ${budget.statistic}`
  return `${name.replace(/^latency /, '')} ${budget.operator} ${printValue(budget.bound, budget.unit, exact)}`
}

/** A value in a budget's unit, as a person would read it: `182ms`, `93.4%`, `61.2kB`, `1,240/s`. */
export function formatValue(value: number, unit: BudgetUnit): string {
  return printValue(value, unit, rounded)
}

function holds({ operator, bound }: Budget, value: number): boolean {
  if (operator === '<') return value < bound
  if (operator === '<=') return value <= bound
  if (operator === '>') return value > bound
  return value >= bound
}

function canonical(statistic: string): string {
  if (statistic === 'avg' || statistic === 'average') return 'mean'
  return statistic === 'median' ? 'p50' : statistic
}

function parseBound(text: string, fail: (problem: string) => Error): { bound: number; unit: BudgetUnit } {
  const number = bounds.exec(text)
  if (!number) throw fail(`"${text}" is not a bound such as 200ms, 80%, 75kB or 1000/s`)
  const [, digits = '', suffix = ''] = number
  const known = unitOf(suffix)
  if (!known)
    throw fail(`"${suffix}" is not a unit: use ms, s, m, h, d, %, B, kB, MB, GB, KiB, MiB, GiB or /s`)
  const value = Number(digits.replaceAll(',', '')) * known.times
  // Divided, not multiplied by 0.01: 7 % is the number that is written 0.07.
  const bound = known.unit === 'ratio' ? value / 100 : known.unit === 'bytes' ? Math.round(value) : value
  if (!Number.isFinite(bound)) throw fail(`"${text}" is too large`)
  return { bound, unit: known.unit }
}

function unitOf(suffix: string): { unit: BudgetUnit; times: number } | undefined {
  if (suffix === '') return { unit: 'count', times: 1 }
  if (suffix === '%') return { unit: 'ratio', times: 1 }
  if (suffix === '/s') return { unit: 'perSecond', times: 1 }
  if (/^(ms|s|m|h|d)$/.test(suffix)) return { unit: 'ms', times: parseDuration(`1${suffix}`) }
  if (/^(B|[kKMG]B|[KMG]iB)$/.test(suffix)) return { unit: 'bytes', times: parseBytes(`1${suffix}`) }
  return undefined
}

interface Printer {
  ms: (value: number) => string
  bytes: (value: number) => string
  plain: (value: number) => string
}

const exact: Printer = { ms: (v) => `${v}ms`, bytes: (v) => `${v}B`, plain: String }
const rounded: Printer = {
  ms: formatDuration,
  bytes: formatBytes,
  plain: (v) => (v >= 100 ? whole() : threeFigures()).format(v),
}

// Kept: to make one takes thousands of times as long as to use it, and what watches budgets prints them all the time.
const whole = once(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }))
const threeFigures = once(() => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }))

function once<V>(make: () => V): () => V {
  let made: V | undefined
  return () => (made ??= make())
}

function printValue(value: number, unit: BudgetUnit, print: Printer): string {
  if (unit === 'ms') return print.ms(value)
  if (unit === 'bytes') return print.bytes(value)
  // 14 figures: 0.07 × 100 is 7.000000000000001 in binary floating point.
  if (unit === 'ratio') return `${print.plain(Number((value * 100).toPrecision(14)))}%`
  return unit === 'perSecond' ? `${print.plain(value)}/s` : print.plain(value)
}
