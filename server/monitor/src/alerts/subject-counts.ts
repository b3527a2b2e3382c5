import type { RequestMetrics } from '../request-metrics.ts'
import { type Bounds, countsBetween, type WindowCounts } from './counts.ts'
import type { Rule } from './rules.ts'
import { createSumHistory } from './sum-history.ts'
import { pairsOf, type Timing } from './timing.ts'
import { countTraffic, everything } from './traffic.ts'

/** What one process counted lately: by subject, in each of the windows that its rules look at. Plain data. */
export type SubjectCounts = { subject: string; windows: { longMs: number; counts: WindowCounts }[] }[]

/** Counts what the rules are about. */
export interface SubjectCounter {
  /** At `now`; moments must not go back. The more often it is asked, the finer are its windows. */
  at(now: number): SubjectCounts
  close(): void
}

/** Begins to count for `rules`, from `now` on. */
export function countSubjects(
  rules: readonly Rule[],
  { timing, requests, now }: { timing: Timing; requests: Pick<RequestMetrics, 'routes'>; now: number },
): SubjectCounter {
  const subjects = subjectsOf(rules)
  const traffic = countTraffic(subjects, requests)
  const followed = Array.from(subjects, ([subject, bounds]) => {
    const history = createSumHistory(reachOf(rules, subject, timing))
    history.keep(now, traffic.sums(subject))
    return { subject, bounds, history, lengths: lengthsOf(rules, subject, timing) }
  })
  return {
    at: (now) =>
      followed.map(({ subject, bounds, history, lengths }) => {
        const sums = traffic.sums(subject)
        history.keep(now, sums)
        const windows = lengths.map((longMs) => {
          const past = history.before(now, longMs)
          return { longMs, counts: countsBetween(past?.sums, sums, { bounds, ms: now - (past?.at ?? now) }) }
        })
        return { subject, windows }
      }),
    close: () => traffic.close(),
  }
}

/** The subject of a rule. */
export const subjectOf = ({ route }: Pick<Rule, 'route'>): string => route ?? everything

/** Which bounds are counted for which subject. */
export function subjectsOf(rules: readonly Rule[]): Map<string, Bounds> {
  const bySubject = Map.groupBy(
    rules.filter(({ kind }) => kind !== null),
    subjectOf,
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

/** How far back a subject's rules look: days for a burn rate, minutes for all others. */
function reachOf(rules: readonly Rule[], subject: string, timing: Timing) {
  const own = rules.filter((rule) => subjectOf(rule) === subject)
  const short = Math.max(...[...timing.share, ...timing.value].map(({ longMs }) => longMs))
  const long = own.some(({ kind }) => kind === 'burn')
    ? Math.max(short, ...timing.burn.map(({ longMs }) => longMs))
    : short
  return { fineMs: short, longestMs: long }
}

/** How long the windows are that a subject's rules look at. */
function lengthsOf(rules: readonly Rule[], subject: string, timing: Timing): number[] {
  const pairs = rules
    .filter((rule) => subjectOf(rule) === subject)
    .flatMap(({ kind }) => (kind === null ? [] : pairsOf(kind, timing)))
  return [...new Set(pairs.flatMap(({ longMs, shortMs }) => [longMs, shortMs]))]
}
