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
  navigations: StepRing<Map<NavigationKind, number>>
  offenders: Offenders
  slow: SlowViews
  intake: IntakeFigures
}

/** What the console shows of vitals. */
export function reportOf(reported: ReportedVitals): Omit<Vitals, 'worker'> {
  const { now, targets, sets, navigations, offenders, slow, intake } = reported
  const tell = (of: readonly ViewSet[]) => tellSets(of, reported)
  const all = overallOf(reported)
  const byRoute = Map.groupBy(sets, ({ route, kind }) => `${kind} ${route}`)
  return {
    now,
    windowMs: hourly.stepMs * hourly.size,
    enabled: true,
    all,
    targets: targets.map((target) => ({ text: target.text, ...judgeVital(target, all) })),
    routes: [...byRoute.values()]
      .map((of): VitalsOfRoute => ({ route: of[0]!.route, kind: of[0]!.kind, ...tell(of) }))
      .filter(hasViews)
      .sort(byViews),
    rows: sets
      .map((set) => {
        const { route, kind, device, connection } = set
        return { route, kind, device, connection, ...tell([set]) }
      })
      .filter(hasViews)
      .sort(byViews),
    navigations: countNavigations(navigations, now),
    elements: offenders.elements(now),
    tasks: offenders.tasks(now),
    errors: offenders.errors(now),
    slowest: slow.latest(now),
    intake,
  }
}

/**
 * All routes as one: how long page loads take, and how all views, those of soft navigations too, react and hold still.
 */
export function overallOf({ sets, ...rest }: Pick<ReportedVitals, 'now' | 'bounds' | 'sets'>): VitalsByName {
  const loads = sets.filter(({ kind }) => kind === 'load')
  const { LCP, FCP, TTFB } = tellSets(loads, rest).vitals
  const { INP, CLS } = tellSets(sets, rest).vitals
  return {
    ...(LCP && { LCP }),
    ...(INP && { INP }),
    ...(CLS && { CLS }),
    ...(FCP && { FCP }),
    ...(TTFB && { TTFB }),
  }
}

/** A target held against the views of the last hour; of too few, and of anything but p75, nothing is said. */
export function judgeVital({ statistic, ...target }: Budget, vitals: VitalsByName) {
  const figures = vitals[target.metric as VitalName]
  const isJudged = statistic === 'p75' && figures !== undefined && figures.count >= smallestSample
  return evaluateBudget({ statistic, ...target }, isJudged ? figures.p75 : null)
}

function tellSets(sets: readonly ViewSet[], { now, bounds }: Pick<ReportedVitals, 'now' | 'bounds'>) {
  const stepsOf = (back: number): ViewStep[] =>
    sets.flatMap(({ hour }) => stepsBetween(hour, hour.numberOf(now) - back + 1, hour.numberOf(now)))
  const whole = sumSteps(stepsOf(hourly.size), bounds)
  // The running step may have begun a moment ago.
  const latest = sumSteps(stepsOf(2), bounds)
  return { views: whole.views, vitals: vitalsOf(whole, latest) }
}

/** The figures of each vital that was told. */
function vitalsOf(whole: ViewStep, latest: ViewStep): VitalsByName {
  const vitals: VitalsByName = {}
  for (const name of vitalNames) {
    const window = whole.values[name]
    const figures = window && figuresOf(name, window, latest.values[name])
    if (figures) vitals[name] = figures
  }
  return vitals
}

function countNavigations(ring: ReportedVitals['navigations'], now: number): Vitals['navigations'] {
  const current = ring.numberOf(now)
  const counts = new Map<NavigationKind, number>()
  for (const step of stepsBetween(ring, current - ring.size + 1, current)) {
    for (const [navigation, count] of step) counts.set(navigation, (counts.get(navigation) ?? 0) + count)
  }
  return [...counts].map(([navigation, count]) => ({ navigation, count })).sort((a, b) => b.count - a.count)
}

const hasViews = ({ views }: { views: number }) => views > 0

const byViews = (a: { views: number }, b: { views: number }) => b.views - a.views
