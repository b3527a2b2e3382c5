import type { WindowCounts } from './counts.ts'
import { say } from '../say.ts'
import type { Rule } from './rules.ts'
import { pairsOf, type Timing, type Windows } from './timing.ts'

/** A rule held against the counts, at one moment. */
export interface Evaluation {
  /** `between`: no longer bad enough to begin an alert, not yet well enough to end one. */
  status: 'over' | 'between' | 'under' | 'too few'
  /** Users notice it now. */
  isUrgent: boolean
  /** What is bad in the longest window looked at, in the unit of `shareOf`'s figure; null where nothing was measured. */
  value: number | null
  /** How many times over what is allowed. */
  excess: number
  /** In the longest window looked at. */
  requests: number
  /** What is wrong, without the route and without the cause: `12 % of requests take longer than 200 ms; p95 < 200ms allows 5 %`. */
  what: string
  evidence: string[]
}

/** What a rule looks at. */
export interface Asked {
  /** The counts of the last `ms` of the rule's subject. */
  window: (ms: number) => WindowCounts
  /** Place of the rule's bound among those of its subject; -1 for rules without. */
  bound: number
  timing: Timing
}

/** Fewer requests than this begin no alert. */
const leastRequests = 20
/** Nor do fewer bad ones: with a p99.9 one slow request in a thousand is as promised, and one in twenty is chance. */
const leastBad = 5

/** From which share of what begins an alert it may end. */
const settled = { burn: 0.8, share: 0.5, misses: 0.8, mean: 0.8, rate: 0.8 }

interface Reading {
  /** How bad it is, relative to the promise: 1 is as promised. */
  times: number
  requests: number
  bad: number
  value: number
}

/** Decides purely: reads no clock. `rule.kind` is not null. */
export function evaluate(rule: Rule, { window, bound, timing }: Asked): Evaluation {
  const kind = rule.kind!
  const read = (counts: WindowCounts): Reading => readingOf(rule, counts, bound)
  const judged = pairsOf(kind, timing).flatMap((pair, index) =>
    judgePair(rule, { pair, window, read, isFirst: index === 0 }),
  )
  // The worst pair speaks; where none had enough requests, the first that could be looked at.
  const worst = judged.toSorted((a, b) => b.ratio - a.ratio)[0]
  const widest = judged[0]
  if (!worst || !widest) return nothing(rule)
  const status = worst.ratio > 1 ? 'over' : worst.ratio > settled[kind] ? 'between' : 'under'
  const over = judged.filter(({ ratio }) => ratio > 1)
  return {
    status: judged.every(({ enough }) => !enough) ? 'too few' : status,
    isUrgent: over.some(({ pair }) => isUrgent(rule, pair)),
    value: worst.long.requests === 0 ? null : worst.long.value,
    excess: worst.short.times,
    requests: worst.long.requests,
    what: tell(rule, worst),
    evidence: judged.map((one) => evidenceOf(rule, one)),
  }
}

interface JudgedPair {
  pair: Windows
  long: Reading
  short: Reading
  longMs: number
  /** Over 1: both windows are worse than the pair allows. */
  ratio: number
  enough: boolean
}

function judgePair(
  rule: Rule,
  {
    pair,
    window,
    read,
    isFirst,
  }: { pair: Windows; window: Asked['window']; read: (counts: WindowCounts) => Reading; isFirst: boolean },
): JudgedPair[] {
  const counts = window(pair.longMs)
  // Where the history is short, the windows that there are; but slow burns need their short window at least.
  if (counts.ms < pair.shortMs && !(isFirst && rule.kind === 'burn')) return []
  const long = read(counts)
  const short = read(window(pair.shortMs))
  const enough = long.requests >= leastRequests && (long.bad >= leastBad || long.times <= 1)
  const limit = limitOf(rule, pair.times)
  return [
    {
      pair,
      long,
      short,
      longMs: counts.ms,
      enough,
      ratio: enough ? Math.min(long.times, short.times) / limit : 0,
    },
  ]
}

/** Twice half of all requests is everything: a p50 is broken by three quarters. */
function limitOf({ kind, allowed }: Rule, times: number): number {
  if (kind === 'rate' || kind === 'mean') return 1 + (times - 1) / 2
  return allowed > 0 ? Math.min(times, (1 + allowed) / 2 / allowed) : times
}

function readingOf(rule: Rule, counts: WindowCounts, bound: number): Reading {
  const { requests, errors, hits, lookups, sumMs, statements, statementMs, ms } = counts
  const { kind, allowed, budget, figure } = rule
  const isStatement = figure === 'statement'
  const all = isStatement ? statements : requests
  if (kind === 'burn') return shareReading({ bad: errors, all: requests, allowed })
  if (kind === 'misses') return shareReading({ bad: lookups - hits, all: lookups, allowed })
  if (kind === 'share') {
    const over = isStatement ? counts.statementsOver : counts.over
    return shareReading({ bad: over[bound] ?? 0, all, allowed })
  }
  if (kind === 'mean') {
    const mean = all === 0 ? 0 : (isStatement ? statementMs : sumMs) / all
    return { times: mean / budget.bound, requests: all, bad: all, value: mean }
  }
  const rate = ms === 0 ? 0 : requests / (ms / 1000)
  const isUpper = budget.operator.startsWith('<')
  const times = isUpper ? rate / budget.bound : budget.bound / Math.max(rate, Number.MIN_VALUE)
  // Too little traffic is what a floor is about: a handful of requests says enough.
  return {
    times,
    requests: isUpper ? requests : Math.max(requests, leastRequests),
    bad: leastBad,
    value: rate,
  }
}

function shareReading({ bad, all, allowed }: { bad: number; all: number; allowed: number }): Reading {
  const value = all === 0 ? 0 : bad / all
  return { times: allowed > 0 ? value / allowed : value > 0 ? Infinity : 0, requests: all, bad, value }
}

const isUrgent = ({ kind }: Rule, { times }: Windows): boolean =>
  (kind === 'burn' || kind === 'share') && times >= 6

function nothing({ budget }: Rule): Evaluation {
  return {
    status: 'too few',
    isUrgent: false,
    value: null,
    excess: 0,
    requests: 0,
    what: `${budget.text} cannot be judged yet`,
    evidence: [],
  }
}

const percent = (share: number) => say(share, 'ratio')

function tell(rule: Rule, { pair, short, long }: JudgedPair): string {
  // A rule fires until both of its windows are well: what it says must be what was broken.
  const isOver = short.times <= 1 && long.times > 1
  const again = isOver ? ` (met again in the last ${say(pair.shortMs, 'ms')})` : ''
  return `${sentenceOf(rule, isOver ? long : short)}${again}`
}

function sentenceOf({ kind, budget, allowed, figure }: Rule, { value }: Reading): string {
  const bound = say(budget.bound, budget.unit)
  const who = figure === 'statement' ? 'statements' : 'requests'
  if (kind === 'burn') return `${percent(value)} of requests fail; ${budget.text} is promised`
  if (kind === 'share')
    return `${percent(value)} of ${who} take longer than ${bound}; ${budget.text} allows ${percent(allowed)}`
  if (kind === 'misses') return `only ${percent(1 - value)} of lookups are hits; ${budget.text} is promised`
  if (kind === 'mean') return `${who} take ${say(value, 'ms')} on average; ${budget.text} is promised`
  return `there are ${say(value, 'perSecond')} requests; ${budget.text} is promised`
}

function evidenceOf(rule: Rule, { pair, long, short, longMs }: JudgedPair): string {
  const window = say(Math.min(longMs, pair.longMs), 'ms')
  const recent = say(pair.shortMs, 'ms')
  const figure = (reading: Reading) =>
    rule.kind === 'mean'
      ? say(reading.value, 'ms')
      : rule.kind === 'rate'
        ? say(reading.value, 'perSecond')
        : `${reading.bad.toLocaleString('en-US')} of ${reading.requests.toLocaleString('en-US')} (${percent(reading.value)})`
  return `${figure(long)} in ${window}, ${figure(short)} in the last ${recent}`
}
