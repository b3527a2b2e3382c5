import type { Alert, Fix, Resources } from '@hotpath/core'
import type { Collected, TimedWindow } from './collected.ts'
import { type PlainWindow, plainWindow, sumWindows } from './request-window.ts'
import type { BrowserVitals } from './vitals/vitals.ts'
import type { VitalsTileShare } from './vitals/vitals-tile.ts'

/** What one process adds to an overview of several: plain data. */
export interface OverviewShare {
  now: number
  stepMs: number
  minute: PlainWindow<TimedWindow>
  before: PlainWindow<TimedWindow>
  steps: (PlainWindow | null)[]
  routes: (PlainWindow<TimedWindow> & { route: string })[]
  resources: Resources
  /** Of the process that looks at what all of them do; none of any other. */
  alerts: readonly Alert[]
  fixes: readonly Fix[]
  /** Null where no browser is asked. */
  vitals: VitalsTileShare | null
}

/** What one process collected. */
export interface Shared extends Pick<
  Collected,
  'now' | 'stepMs' | 'minute' | 'before' | 'steps' | 'routes' | 'resources' | 'alerts' | 'fixes'
> {
  vitals: Pick<BrowserVitals, 'overview' | 'overviewShare'> | null
}

/** The same, put together. */
type Whole = Omit<Shared, 'vitals'> & Pick<Collected, 'vitals'>

export function overviewShare({ minute, before, steps, routes, vitals, ...rest }: Shared): OverviewShare {
  return {
    ...rest,
    minute: plainWindow(minute),
    before: plainWindow(before),
    steps: steps.map((step) => step && plainWindow(step)),
    routes: routes.map(plainWindow),
    vitals: vitals && vitals.overviewShare(),
  }
}

/** Adds what the other processes collected to one's own. */
export function addShares(own: Shared, shares: readonly OverviewShare[]): Whole {
  const vitals = own.vitals && own.vitals.overview(shares.flatMap((share) => share.vitals ?? []))
  if (shares.length === 0) return { ...own, vitals }
  const routes = Map.groupBy(
    [...own.routes, ...shares.flatMap((share) => share.routes)],
    ({ route }) => route,
  )
  return {
    ...own,
    minute: sumTimed([own.minute, ...shares.map(({ minute }) => minute)]),
    before: sumTimed([own.before, ...shares.map(({ before }) => before)]),
    steps: sumSteps(own, shares),
    routes: [...routes].map(([route, windows]) => ({ route, ...sumTimed(windows) })),
    resources: sumResources([own.resources, ...shares.map(({ resources }) => resources)]),
    alerts: [...own.alerts, ...shares.flatMap(({ alerts }) => alerts)],
    fixes: [...own.fixes, ...shares.flatMap(({ fixes }) => fixes)],
    vitals,
  }
}

function sumTimed(windows: readonly (TimedWindow | PlainWindow<TimedWindow>)[]): TimedWindow {
  return {
    ...sumWindows(windows),
    // One that began later has seen less of the same time.
    seconds: Math.max(...windows.map(({ seconds }) => seconds)),
    warming: windows.some(({ warming }) => warming),
  }
}

/** Steps are laid over each other by their time: one process may be a step further than another. */
function sumSteps({ now, stepMs, steps }: Shared, shares: readonly OverviewShare[]): Collected['steps'] {
  const current = Math.floor(now / stepMs)
  return steps.map((own, index) => {
    const others = shares.map((share) => share.steps[index + current - Math.floor(share.now / stepMs)])
    const seen = [own, ...others].flatMap((step) => step ?? [])
    return seen.length === 0 ? null : sumWindows(seen)
  })
}

/** Sums, but for how the event loops fare: the latest of them, and their mean. */
function sumResources(all: readonly Resources[]): Resources {
  const sum = (pick: (one: Resources) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    cpu: sum(({ cpu }) => cpu),
    eventLoopDelayP99Ms: Math.max(...all.map((one) => one.eventLoopDelayP99Ms)),
    eventLoopUtilisation: sum((one) => one.eventLoopUtilisation) / all.length,
    rssBytes: sum(({ rssBytes }) => rssBytes),
    heapBytes: sum(({ heapBytes }) => heapBytes),
    cacheEntries: sum(({ cacheEntries }) => cacheEntries),
    cacheBytes: sum(({ cacheBytes }) => cacheBytes),
    poolWaiting: sum(({ poolWaiting }) => poolWaiting),
    statementsPerSecond: sum((one) => one.statementsPerSecond),
  }
}
