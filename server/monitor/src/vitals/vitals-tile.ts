import type { Tile, VitalName, VitalsByName } from '@hotpath/core'
import type { Collected } from '../collected.ts'
import { stepsBetween } from '../step-ring.ts'
import { p75Of } from './value-window.ts'
import { sumSteps } from './view-step.ts'
import type { BrowserVitals } from './vitals.ts'
import { judgeVital } from './vitals-report.ts'

/** The two vitals that stand on the overview: what visitors wait for first, and every time after. */
type Shown = 'LCP' | 'INP'

/** What the overview's tile of vitals is made of. */
export interface CollectedVitals {
  /** Of the last hour. */
  all: VitalsByName
  /** 75th percentiles; null where nobody told any. */
  minute: Record<Shown, number | null>
  before: Record<Shown, number | null>
  steps: readonly Record<Shown, number | null>[]
}

/** A minute, the five before it, and the course that is shown, in steps of the ring: those of the requests. */
const minuteSteps = 12
const beforeSteps = 60
const courseSteps = 120

/** Reads at `now` what browsers told. */
export function collectVitals({ recent, bounds, overall }: BrowserVitals, now: number): CollectedVitals {
  const current = recent.numberOf(now)
  const between = (from: number, to: number): Record<Shown, number | null> => {
    const { values } = sumSteps(stepsBetween(recent, from, to), bounds)
    return { LCP: values.LCP ? p75Of(values.LCP) : null, INP: values.INP ? p75Of(values.INP) : null }
  }
  const firstOfMinute = current - minuteSteps
  return {
    all: overall(),
    minute: between(firstOfMinute, current),
    before: between(firstOfMinute - beforeSteps, firstOfMinute - 1),
    steps: Array.from({ length: courseSteps }, (_, index) => {
      const number = current - courseSteps + index
      return between(number, number)
    }),
  }
}

const titles: Readonly<Record<Shown, string>> = {
  LCP: 'Largest paint (LCP), p75',
  INP: 'Interactions (INP), p75',
}

/** LCP of the last hour; INP where it is the one whose target is missed. */
export function vitalsTile({
  vitals,
  promises,
  steps,
}: Pick<Collected, 'vitals' | 'promises' | 'steps'>): Tile {
  const judged = promises.vitals
    .filter(({ metric, statistic }) => metric in titles && statistic === 'p75')
    .map((budget) => ({ budget, ...judgeVital(budget, vitals?.all ?? {}) }))
  const told = judged.find(({ verdict }) => verdict === 'missed') ?? judged[0]
  const shown = (told?.budget.metric ?? 'LCP') as VitalName & Shown
  const value = vitals?.all[shown]?.p75 ?? null
  const [minute, before] = [vitals?.minute[shown] ?? null, vitals?.before[shown] ?? null]
  return {
    id: 'vitals',
    title: titles[shown],
    value,
    unit: 'ms',
    reason: value === null ? whyNot(vitals) : '',
    budget: told ? { text: told.budget.text, verdict: told.verdict } : null,
    change: minute !== null && before ? minute / before : null,
    series: steps.map((step, index) => step && (vitals?.steps[index]?.[shown] ?? null)),
  }
}

function whyNot(vitals: CollectedVitals | null): string {
  return vitals
    ? 'No browser has reported in the last hour.'
    : 'Browsers are not asked: the application declares no pages.'
}
