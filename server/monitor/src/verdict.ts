import { type Alert, type AlertFigure, type Budget, type Overview } from '@hotpath/core'
import type { Collected } from './collected.ts'
import { excess, judge, type Judgement, smallestSample } from './judge.ts'
import type { JudgedRoute } from './route-rows.ts'
import { say } from './say.ts'

type Verdict = Overview['verdict']

/** Something that is not as it should be. */
interface Problem {
  state: 'attention' | 'broken'
  figure: AlertFigure
  /** It has lasted, and was told. */
  isAlert: boolean
  /** What else is wrong of the same cause. */
  more: number
  /** How many times over its bound: the larger, the worse. */
  excess: number
  sentence: string
}

/** Without a target of its own an application needs attention from this share of failures, and is broken from the next. */
const failing = { attention: 0.01, broken: 0.05 }
/** A target for the whole application that is missed this many times over is broken. */
const farOver = 2

/** One sentence for the whole: the worst thing in plain words with its figures, else that all is well. */
export function verdictOf(collected: Collected, routes: readonly JudgedRoute[]): Verdict {
  const { minute } = collected
  if (minute.requests < smallestSample) return quiet(minute)
  const alerts = collected.alerts.map(alertProblem)
  const seen = [failures(collected), ...targetProblems(collected), ...routes.map(routeProblem)]
  const problems = [...alerts, ...seen.filter((problem) => problem !== null)]
  const [worst, ...others] = withoutRepeats(problems).sort(byState)
  if (!worst) return { state: 'healthy', sentence: healthy(minute) }
  const more = others.reduce((sum, other) => sum + 1 + other.more, worst.more)
  return { state: worst.state, sentence: `${worst.sentence}${andMore(more)}` }
}

function byState(a: Problem, b: Problem): number {
  if (a.state !== b.state) return a.state === 'broken' ? -1 : 1
  // An alert has been watched for longer than what a moment shows, and it may know why.
  if (a.isAlert !== b.isAlert) return a.isAlert ? -1 : 1
  return b.excess - a.excess
}

function alertProblem({ figure, route, severity, excess, sentence, related }: Alert): Problem {
  const isBroken = severity === 'page' && (route === null || figure === 'errors')
  return {
    state: isBroken ? 'broken' : 'attention',
    figure,
    isAlert: true,
    excess,
    sentence,
    more: related.length,
  }
}

/** What an alert is about is said by the alert: it names route and cause. How bad it is, the moment may know better. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const alerts = problems.filter(({ isAlert }) => isAlert)
  const others = problems.filter(({ isAlert }) => !isAlert)
  const ofFigure = (figure: AlertFigure) => others.filter((other) => other.figure === figure)
  return [
    ...alerts.map((alert) => ({
      ...alert,
      state: ofFigure(alert.figure).some(({ state }) => state === 'broken') ? 'broken' : alert.state,
    })),
    ...others.filter(({ figure }) => !alerts.some((alert) => alert.figure === figure)),
  ]
}

function quiet({ requests, errors }: Collected['minute']): Verdict {
  if (requests === 0) return { state: 'quiet', sentence: 'Quiet: no request in the last minute.' }
  const count = requests === 1 ? '1 request' : `${requests} requests`
  const failed = errors > 0 ? `, ${errors} of them failed` : ''
  return {
    state: 'quiet',
    sentence: `Quiet: ${count} in the last minute${failed}; too few to judge by.`,
  }
}

function healthy({ requests, seconds, hits, times }: Collected['minute']): string {
  const rate = `${say(requests / seconds, 'count')} requests/s`
  const cached = hits > 0 ? `, ${say(hits / requests, 'ratio')} from cache` : ''
  return `Healthy: ${rate}, p95 ${say(times.quantile(0.95), 'ms')}${cached}.`
}

function failures({ minute, routes, promises }: Collected): Problem | null {
  const share = minute.errors / minute.requests
  const missed = promises.errors && judge(promises.errors, minute).verdict === 'missed'
  if (!missed && (promises.errors || share < failing.attention)) return null
  const most = routes.toSorted((a, b) => b.errors - a.errors)[0]
  const where = most && most.errors > 0 ? `, most at ${most.route}` : ''
  return {
    state: share >= failing.broken ? 'broken' : 'attention',
    figure: 'errors',
    isAlert: false,
    more: 0,
    excess: share / (promises.errors?.bound ?? failing.attention),
    sentence: `${say(share, 'ratio')} of requests fail${where}${target(promises.errors)}.`,
  }
}

function targetProblems({ minute, promises }: Collected): (Problem | null)[] {
  return [
    promises.p95 && targetProblem(judge(promises.p95, minute), (value) => `p95 of all requests is ${value}`),
    promises.hit &&
      targetProblem(judge(promises.hit, minute), (value) => `Only ${value} of lookups are hits`),
  ]
}

function targetProblem(judgement: Judgement, tell: (value: string) => string): Problem | null {
  const { budget, verdict, value } = judgement
  if (verdict !== 'missed' || value === null) return null
  const times = excess(judgement)
  return {
    state: budget.unit === 'ms' && times >= farOver ? 'broken' : 'attention',
    figure: budget.metric === 'hit' ? 'hit' : 'latency',
    isAlert: false,
    more: 0,
    excess: times,
    sentence: `${tell(say(value, budget.unit))}${target(budget)}.`,
  }
}

function routeProblem({ row, worst }: JudgedRoute): Problem | null {
  if (worst?.verdict !== 'missed' || worst.value === null) return null
  const { budget, value } = worst
  return {
    state: 'attention',
    figure: budget.metric === 'hit' || budget.metric === 'errors' ? budget.metric : 'latency',
    isAlert: false,
    more: 0,
    excess: excess(worst),
    sentence: `${row.route} ${budget.statistic ?? budget.metric} is ${say(value, budget.unit)}; its budget is ${budget.text}.`,
  }
}

function target(budget: Budget | null): string {
  return budget === null ? '' : `; the target is ${budget.text}`
}

function andMore(others: number): string {
  if (others === 0) return ''
  return others === 1 ? ' One more promise is missed.' : ` ${others} more promises are missed.`
}
