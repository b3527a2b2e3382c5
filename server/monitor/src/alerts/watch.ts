import type { Alert, AlertRule } from '@hotpath/core'
import { conditionOf } from './condition.ts'
import { type Bounds, countsBetween, type WindowCounts } from './counts.ts'
import { type Evaluation, evaluate } from './evaluate.ts'
import type { Rule } from './rules.ts'
import { advance, atEase, type Standing } from './standing.ts'
import { createSumHistory, type SumHistory } from './sum-history.ts'
import type { Timing } from './timing.ts'
import { countTraffic, everything } from './traffic.ts'

/** One rule with what came of it. */
export interface Watched {
  rule: Rule
  evaluation: Evaluation | null
  standing: Standing
}

/** Holds every promise against the traffic, again and again. */
export interface Watch {
  /** Looks at everything, at `now`; the standing of each rule, and how it stood before. */
  look(now: number): { watched: Watched; before: Standing }[]
  all(): readonly Watched[]
  close(): void
}

/** Begins to count for `rules`, from `now` on. */
export function watchRules(rules: readonly Rule[], { timing, now }: { timing: Timing; now: number }): Watch {
  const subjects = subjectsOf(rules)
  const traffic = countTraffic(subjects)
  const histories = new Map<string, SumHistory>()
  for (const [subject] of subjects) {
    const history = createSumHistory(reachOf(rules, subject, timing))
    history.keep(now, traffic.sums(subject))
    histories.set(subject, history)
  }
  const watched = rules.map((rule): Watched => ({ rule, evaluation: null, standing: atEase }))

  function window(subject: string, at: number, ms: number): WindowCounts {
    const past = histories.get(subject)!.before(at, ms)
    return countsBetween(past?.sums, traffic.sums(subject), {
      bounds: subjects.get(subject)!,
      ms: at - (past?.at ?? at),
    })
  }

  return {
    look(at) {
      for (const [subject, history] of histories) history.keep(at, traffic.sums(subject))
      return watched
        .filter(({ rule }) => rule.kind !== null)
        .map((one) => {
          const { rule, standing: before } = one
          const subject = rule.route ?? everything
          const bound = placeOf(rule, subjects.get(subject)!)
          one.evaluation = evaluate(rule, { window: (ms) => window(subject, at, ms), bound, timing })
          const holdMs = rule.kind === 'burn' ? 0 : timing.holdMs
          const { status, isUrgent } = one.evaluation
          one.standing = advance(before, { status, isUrgent, holdMs }, { now: at, timing })
          return { watched: one, before }
        })
    },
    all: () => watched,
    close: () => traffic.close(),
  }
}

/** Which bounds are counted for which subject. */
function subjectsOf(rules: readonly Rule[]): Map<string, Bounds> {
  const bySubject = Map.groupBy(
    rules.filter(({ kind }) => kind !== null),
    ({ route }) => route ?? everything,
  )
  const boundsOf = (own: readonly Rule[], figure: 'latency' | 'statement') => [
    ...new Set(
      own.filter((rule) => rule.kind === 'share' && rule.figure === figure).map(({ budget }) => budget.bound),
    ),
  ]
  return new Map(
    Array.from(bySubject, ([subject, own]) => [
      subject,
      { requests: boundsOf(own, 'latency'), statements: boundsOf(own, 'statement') },
    ]),
  )
}

const placeOf = ({ figure, budget }: Rule, { requests, statements }: Bounds) =>
  (figure === 'statement' ? statements : requests).indexOf(budget.bound)

/** How far back a subject's rules look: days for a burn rate, minutes for all others. */
function reachOf(rules: readonly Rule[], subject: string, timing: Timing) {
  const own = rules.filter(({ route }) => (route ?? everything) === subject)
  const short = Math.max(...[...timing.share, ...timing.value].map(({ longMs }) => longMs))
  const long = own.some(({ kind }) => kind === 'burn')
    ? Math.max(short, ...timing.burn.map(({ longMs }) => longMs))
    : short
  return { fineMs: short, longestMs: long }
}

/** What the list of rules shows. */
export function ruleRow({ rule, evaluation, standing }: Watched, timing: Timing): AlertRule {
  const { id, figure, route, budget, kind, reason } = rule
  const isShare = kind === 'burn' || kind === 'share' || kind === 'misses'
  const tooFew = evaluation === null || evaluation.status === 'too few'
  return {
    id,
    figure,
    route,
    budget: budget.text,
    condition: conditionOf(rule, timing),
    state:
      kind === null
        ? 'not watched'
        : standing.state !== 'ok'
          ? standing.state
          : tooFew
            ? 'too few requests'
            : 'ok',
    reason,
    value: evaluation?.value ?? null,
    unit: isShare ? 'ratio' : budget.unit,
    requests: evaluation?.requests ?? 0,
  }
}

/** What is told of a rule that is broken; undefined while all is well. */
export function alertOf(
  { rule, evaluation, standing }: Watched,
  cause: { clause: string; evidence: readonly string[] } | null,
): Alert | undefined {
  const { state, since, firedAt, resolvedAt, severity } = standing
  if (state === 'ok' || evaluation === null) return undefined
  const { id, figure, route, budget } = rule
  return {
    id,
    figure,
    severity,
    state,
    route,
    budget: budget.text,
    sentence: `${route ?? 'All requests'}: ${evaluation.what}${cause ? `, ${cause.clause}` : ''}.`,
    evidence: [...evaluation.evidence, ...(cause?.evidence ?? [])],
    excess: evaluation.excess,
    since,
    firedAt,
    resolvedAt,
    silence: null,
    related: [],
    partOf: null,
  }
}
