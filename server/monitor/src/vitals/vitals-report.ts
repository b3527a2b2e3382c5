import {
  type Budget,
  evaluateBudget,
  type VitalName,
  vitalNames,
  type Vitals,
  type VitalsByName,
  type VitalsOfRoute,
} from '@hotpath/core'
import { smallestSample } from '../judge.ts'
import { figuresOf } from './value-window.ts'
import { type BoundsByVital, hourly, sumSteps } from './view-step.ts'
import { type Hour, mergeVitals, type VitalsShare, type WholeVitals } from './vitals-share.ts'

const mostElements = 50

/** What the console shows of vitals, from what each process was told. */
export function reportOf(
  shares: readonly VitalsShare[],
  { now, bounds, targets }: { now: number; bounds: BoundsByVital; targets: readonly Budget[] },
): Omit<Vitals, 'worker'> {
  const { overall, sets, navigations, elements, tasks, errors, slowest, intake } = mergeVitals(shares, bounds)
  const all = vitalsOf(overall)
  const byRoute = Map.groupBy(sets, ({ kind, route }) => `${kind} ${route}`)
  return {
    now,
    windowMs: hourly.stepMs * hourly.size,
    enabled: true,
    all,
    targets: targets.map((target) => ({ text: target.text, ...judgeVital(target, all) })),
    routes: [...byRoute.values()].map((same) => routeOf(same, bounds)).sort(byViews),
    rows: sets
      .map(({ route, kind, device, connection, ...hour }) => {
        return { route, kind, device, connection, ...tell(hour) }
      })
      .sort(byViews),
    navigations: navigations.sort(byCount),
    elements: elements
      .sort(byCount)
      .slice(0, mostElements)
      .map(({ route, vital, selector, count, sum, worst, script }) => ({
        route,
        vital,
        selector,
        count,
        mean: sum / count,
        worst,
        script,
      })),
    tasks: tasks.sort((a, b) => b.totalMs - a.totalMs),
    errors: errors.sort(byCount),
    slowest,
    intake,
  }
}

/** Of every device and connection. */
function routeOf(same: WholeVitals['sets'], bounds: BoundsByVital): VitalsOfRoute {
  const { route, kind } = same[0]!
  const sumOf = (end: keyof Hour) =>
    sumSteps(
      same.map((set) => set[end]),
      bounds,
    )
  return { route, kind, ...tell({ whole: sumOf('whole'), latest: sumOf('latest') }) }
}

/** A target held against the views of the last hour; of too few, and of anything but p75, nothing is said. */
export function judgeVital({ statistic, ...target }: Budget, vitals: VitalsByName) {
  const figures = vitals[target.metric as VitalName]
  const isJudged = statistic === 'p75' && figures !== undefined && figures.count >= smallestSample
  return evaluateBudget({ statistic, ...target }, isJudged ? figures.p75 : null)
}

/** What an hour of views came to. */
export const vitalsOf = (hour: Hour): VitalsByName => tell(hour).vitals

/** The figures of each vital that was told. */
function tell({ whole, latest }: Hour): { views: number; vitals: VitalsByName } {
  const vitals: VitalsByName = {}
  for (const name of vitalNames) {
    const window = whole.values[name]
    const figures = window && figuresOf(name, window, latest.values[name])
    if (figures) vitals[name] = figures
  }
  return { views: whole.views, vitals }
}

const byViews = (a: { views: number }, b: { views: number }) => b.views - a.views
const byCount = (a: { count: number }, b: { count: number }) => b.count - a.count
