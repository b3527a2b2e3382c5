import type { Alert, AlertRule } from '@hotpath/core'
import { conditionOf } from './condition.ts'
import { type Bounds, sumCounts, type WindowCounts } from './counts.ts'
import { type Evaluation, evaluate } from './evaluate.ts'
import type { Rule } from './rules.ts'
import { advance, atEase, type Standing } from './standing.ts'
import { type SubjectCounts, subjectOf, subjectsOf } from './subject-counts.ts'
import type { Timing } from './timing.ts'

/** One rule with what came of it. */
export interface Watched {
  rule: Rule
  evaluation: Evaluation | null
  standing: Standing
}

/** Holds every promise against the traffic, again and again. */
export interface Watch {
  /** Holds what all processes counted at `now` against the rules; the standing of each, and how it stood before. */
  look(now: number, all: readonly SubjectCounts[]): { watched: Watched; before: Standing }[]
  all(): readonly Watched[]
  /** Goes on from where another process left off. */
  restore(standings: ReadonlyMap<string, Standing>): void
}

/** Begins at ease. */
export function watchRules(rules: readonly Rule[], timing: Timing): Watch {
  const subjects = subjectsOf(rules)
  const watched = rules.map((rule): Watched => ({ rule, evaluation: null, standing: atEase }))

  return {
    look(now, all) {
      const bySubject = Map.groupBy(all.flat(), ({ subject }) => subject)
      const windowOf = (subject: string, ms: number): WindowCounts =>
        sumCounts(
          (bySubject.get(subject) ?? []).flatMap(({ windows }) =>
            windows.filter(({ longMs }) => longMs === ms).map(({ counts }) => counts),
          ),
        )
      return watched
        .filter(({ rule }) => rule.kind !== null)
        .map((one) => {
          const { rule, standing: before } = one
          const subject = subjectOf(rule)
          const bound = placeOf(rule, subjects.get(subject)!)
          one.evaluation = evaluate(rule, { window: (ms) => windowOf(subject, ms), bound, timing })
          const holdMs = rule.kind === 'burn' ? 0 : timing.holdMs
          const { status, isUrgent } = one.evaluation
          one.standing = advance(before, { status, isUrgent, holdMs }, { now, timing })
          return { watched: one, before }
        })
    },
    all: () => watched,
    restore(standings) {
      for (const one of watched) one.standing = standings.get(one.rule.id) ?? one.standing
    },
  }
}

const placeOf = ({ figure, budget }: Rule, { requests, statements }: Bounds) =>
  (figure === 'statement' ? statements : requests).indexOf(budget.bound)

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
