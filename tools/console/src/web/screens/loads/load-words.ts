import type { LoadComparison, LoadMetricVerdict, LoadRunSummary, LoadStart } from '@hotpath/core'
import { changeOf, count, duration, percent, perSecond } from '../../parts/say.ts'
import type { Tone } from '../../parts/standing-icon.tsx'

/** What a run came to, in a word, and how that looks. */
export interface LoadJudgement {
  tone: Tone
  word: string
}

/** The verdict of a run as people take it: that it is believable is not yet that it is good. */
export function judgementOf({
  verdict,
  budgets,
}: Pick<LoadRunSummary, 'verdict' | 'budgets'>): LoadJudgement {
  if (verdict === 'FAILED') return { tone: 'bad', word: 'Failed' }
  if (verdict === 'INVALID') return { tone: 'warn', word: 'Invalid' }
  if (verdict === 'ABORTED') return { tone: 'idle', word: 'Stopped' }
  if (budgets.some(({ verdict }) => verdict === 'missed')) return { tone: 'bad', word: 'Budget missed' }
  return { tone: 'good', word: budgets.length > 0 ? 'Budgets met' : 'Valid' }
}

/** The figures of a run in a sentence. */
export function sentenceOf(run: LoadRunSummary): string {
  const { requests, errors, achievedRate, responseMs } = run
  if (run.verdict === 'FAILED') return `The run of ${run.scenario} never got under way.`
  const failures = errors === 0 ? 'no errors' : `${percent(errors / Math.max(1, requests))} errors`
  return `${run.scenario}: p95 ${duration(responseMs.p95)} at ${perSecond(achievedRate)}, ${failures} in ${count(requests)} requests.`
}

export const comparisonTones = {
  REGRESSED: 'bad',
  IMPROVED: 'good',
  EQUIVALENT: 'good',
  INCONCLUSIVE: 'idle',
  INVALID: 'warn',
} as const satisfies Record<LoadComparison['verdict'], Tone>

export const comparisonWords: Record<LoadComparison['verdict'], string> = {
  REGRESSED: 'B is worse',
  IMPROVED: 'B is better',
  EQUIVALENT: 'No difference that matters',
  INCONCLUSIVE: 'Cannot be told yet',
  INVALID: 'Cannot be compared',
}

/** What a comparison found, in a sentence: the metrics that decided it. */
export function comparisonSentence({ verdict, metrics }: LoadComparison): string {
  const decisive = metrics.filter((metric) => metric.gating && metric.verdict === verdict)
  if (verdict === 'REGRESSED' || verdict === 'IMPROVED') {
    return decisive.map((metric) => `${metric.title} ${intervalOf(metric)}`).join('; ')
  }
  if (verdict === 'EQUIVALENT') return 'Every gating figure lies within the margin.'
  if (verdict === 'INVALID') return 'A run that is not valid says nothing of the application.'
  return 'The runs differ by no more than chance may, or are too few to tell.'
}

/** A change with the bounds of its interval. */
export function intervalOf({ ratio, low, high }: Pick<LoadMetricVerdict, 'ratio' | 'low' | 'high'>): string {
  if (low === null || high === null) return `${changeOf(ratio)}, without an interval`
  return `${changeOf(ratio)} (${changeOf(low)} to ${changeOf(high)})`
}

/** What is typed into the form of a start. */
export interface StartDraft {
  scenario: string
  rate: string
  seconds: string
  budgets: string
}

/** The draft as the server takes it; what is wrong with it is the server's to say, but for what no number is. */
export function startOf({ scenario, rate, seconds, budgets }: StartDraft): LoadStart {
  return {
    scenario,
    rate: Number(rate),
    durationMs: 1000 * Number(seconds),
    budgets: budgets
      .split(/[,;\n]/)
      .map((budget) => budget.trim())
      .filter(Boolean),
  }
}
