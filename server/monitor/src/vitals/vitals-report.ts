import {
  type Budget,
  evaluateBudget,
  type IntakeFigures,
  type NavigationKind,
  type VitalName,
  vitalNames,
  type Vitals,
  type VitalsByName,
  type VitalsOfRoute,
} from '@hotpath/core'
import { smallestSample } from '../judge.ts'
import { type StepRing, stepsBetween } from '../step-ring.ts'
import type { Offenders } from './offenders.ts'
import type { SlowViews } from './slow-views.ts'
import { figuresOf } from './value-window.ts'
import type { ViewSet } from './view-sets.ts'
import { type BoundsByVital, hourly, sumSteps, type ViewStep } from './view-step.ts'

export interface ReportedVitals {
  now: number
  bounds: BoundsByVital
  targets: readonly Budget[]
  sets: readonly ViewSet[]
  overall: StepRing<ViewStep>
  navigations: StepRing<Map<NavigationKind, number>>
  offenders: Offenders
  slow: SlowViews
  intake: IntakeFigures
}

/** What the console shows of vitals. */
export function reportOf(reported: ReportedVitals): Omit<Vitals, 'worker'> {
  const { now, bounds, targets, overall, navigations, offenders, slow, intake } = reported
  const all = tellHour(overall, reported).vitals
  const told = reported.sets
    .map((set) => ({ set, sums: sumHour(set.hour, reported) }))
    .filter(({ sums }) => sums.whole.views > 0)
  const byRoute = Map.groupBy(told, ({ set }) => `${set.kind} ${set.route}`)
  return {
    now,
    windowMs: hourly.stepMs * hourly.size,
    enabled: true,
    all,
    targets: targets.map((target) => ({ text: target.text, ...judgeVital(target, all) })),
    routes: [...byRoute.values()]
      .map((of): VitalsOfRoute => {
        const { route, kind } = of[0]!.set
        const sums = of.map((each) => each.sums)
        const whole = sumSteps(
          sums.map((sum) => sum.whole),
          bounds,
        )
        const latest = sumSteps(
          sums.map((sum) => sum.latest),
          bounds,
        )
        return { route, kind, ...tell({ whole, latest }) }
      })
      .sort(byViews),
    rows: told
      .map(({ set: { route, kind, device, connection }, sums }) => {
        return { route, kind, device, connection, ...tell(sums) }
      })
      .sort(byViews),
    navigations: countNavigations(navigations, now),
    elements: offenders.elements(now),
    tasks: offenders.tasks(now),
    errors: offenders.errors(now),
    slowest: slow.latest(now),
    intake,
  }
}

/** A target held against the views of the last hour; of too few, and of anything but p75, nothing is said. */
export function judgeVital({ statistic, ...target }: Budget, vitals: VitalsByName) {
  const figures = vitals[target.metric as VitalName]
  const isJudged = statistic === 'p75' && figures !== undefined && figures.count >= smallestSample
  return evaluateBudget({ statistic, ...target }, isJudged ? figures.p75 : null)
}

/** The hour, and its end. */
interface Sums {
  whole: ViewStep
  latest: ViewStep
}

/** What an hour of views came to. */
export function tellHour(hour: StepRing<ViewStep>, at: Pick<ReportedVitals, 'now' | 'bounds'>) {
  return tell(sumHour(hour, at))
}

function sumHour(hour: StepRing<ViewStep>, { now, bounds }: Pick<ReportedVitals, 'now' | 'bounds'>): Sums {
  const stepsOf = (back: number): ViewStep[] =>
    stepsBetween(hour, hour.numberOf(now) - back + 1, hour.numberOf(now))
  // The running step may have begun a moment ago: the one before it belongs to the end, too.
  return { whole: sumSteps(stepsOf(hourly.size), bounds), latest: sumSteps(stepsOf(2), bounds) }
}

/** The figures of each vital that was told. */
function tell({ whole, latest }: Sums): { views: number; vitals: VitalsByName } {
  const vitals: VitalsByName = {}
  for (const name of vitalNames) {
    const window = whole.values[name]
    const figures = window && figuresOf(name, window, latest.values[name])
    if (figures) vitals[name] = figures
  }
  return { views: whole.views, vitals }
}

function countNavigations(ring: ReportedVitals['navigations'], now: number): Vitals['navigations'] {
  const current = ring.numberOf(now)
  const counts = new Map<NavigationKind, number>()
  for (const step of stepsBetween(ring, current - ring.size + 1, current)) {
    for (const [navigation, count] of step) counts.set(navigation, (counts.get(navigation) ?? 0) + count)
  }
  return [...counts].map(([navigation, count]) => ({ navigation, count })).sort((a, b) => b.count - a.count)
}

const byViews = (a: { views: number }, b: { views: number }) => b.views - a.views
