import type { Tile, VitalName, VitalsByName } from '@hotpath/core'
import type { Collected } from '../collected.ts'
import { type StepRing, stepsBetween } from '../step-ring.ts'
import { p75Of } from './value-window.ts'
import {
  type BoundsByVital,
  type PlainStep,
  plainStep,
  sumSteps,
  type ViewStep,
  wholeStep,
} from './view-step.ts'
import { judgeVital, vitalsOf } from './vitals-report.ts'
import { type Hour, plainHour, sumHours } from './vitals-share.ts'

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

/** What one process adds to the tile: plain data. */
export interface VitalsTileShare {
  overall: Hour<PlainStep>
  /** The number of the step that runs. */
  current: number
  minute: PlainStep
  before: PlainStep
  /** Oldest first, up to the last full step. */
  steps: PlainStep[]
}

/** Reads at `now` what browsers told. */
export function shareTile(
  {
    recent,
    overall,
    bounds,
  }: { recent: StepRing<ViewStep>; overall: StepRing<ViewStep>; bounds: BoundsByVital },
  now: number,
): VitalsTileShare {
  const current = recent.numberOf(now)
  const between = (from: number, to: number): PlainStep => {
    const { LCP, INP } = sumSteps(stepsBetween(recent, from, to), bounds).values
    return plainStep({ views: 0, values: { ...(LCP && { LCP }), ...(INP && { INP }) } })
  }
  const firstOfMinute = current - minuteSteps
  return {
    overall: plainHour(overall, { now, bounds }),
    current,
    minute: between(firstOfMinute, current),
    before: between(firstOfMinute - beforeSteps, firstOfMinute - 1),
    steps: Array.from({ length: courseSteps }, (_, index) => {
      const number = current - courseSteps + index
      return between(number, number)
    }),
  }
}

/** Puts shares together, on the steps of the first: a process may be a step further than another. */
export function collectVitals(
  shares: readonly [VitalsTileShare, ...VitalsTileShare[]],
  bounds: BoundsByVital,
): CollectedVitals {
  const p75sOf = (steps: readonly (PlainStep | undefined)[]): Record<Shown, number | null> => {
    const told = steps.flatMap((step) => (step ? wholeStep(step, bounds) : []))
    const { LCP, INP } = sumSteps(told, bounds).values
    return { LCP: LCP ? p75Of(LCP) : null, INP: INP ? p75Of(INP) : null }
  }
  const { current } = shares[0]
  return {
    all: vitalsOf(
      sumHours(
        shares.map(({ overall }) => overall),
        bounds,
      ),
    ),
    minute: p75sOf(shares.map(({ minute }) => minute)),
    before: p75sOf(shares.map(({ before }) => before)),
    steps: shares[0].steps.map((_, index) =>
      p75sOf(shares.map((share) => share.steps[index + current - share.current])),
    ),
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
