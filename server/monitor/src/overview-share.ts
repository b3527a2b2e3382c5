import { type HistogramJSON, histogramFromJSON, type Resources } from '@hotpath/core'
import type { Collected, TimedWindow } from './collected.ts'
import { type RequestWindow, sumWindows } from './request-window.ts'

type Plain<Window extends RequestWindow> = Omit<Window, 'times'> & { times: HistogramJSON }

/** What one process adds to an overview of several: plain data. */
export interface OverviewShare {
  now: number
  stepMs: number
  minute: Plain<TimedWindow>
  before: Plain<TimedWindow>
  steps: (Plain<RequestWindow> | null)[]
  routes: (Plain<TimedWindow> & { route: string })[]
  resources: Resources
}

type Shared = Pick<Collected, 'now' | 'stepMs' | 'minute' | 'before' | 'steps' | 'routes' | 'resources'>

export function overviewShare({
  now,
  stepMs,
  minute,
  before,
  steps,
  routes,
  resources,
}: Shared): OverviewShare {
  return {
    now,
    stepMs,
    minute: plain(minute),
    before: plain(before),
    steps: steps.map((step) => step && plain(step)),
    routes: routes.map(plain),
    resources,
  }
}

/** Adds what the other processes collected to one's own. */
export function addShares(own: Shared, shares: readonly OverviewShare[]): Shared {
  if (shares.length === 0) return own
  const windowsOf = (pick: (share: OverviewShare) => Plain<TimedWindow>) =>
    shares.map((share) => whole(pick(share)))
  const othersRoutes = shares.flatMap(({ routes }) => routes.map(whole))
  const routes = Map.groupBy([...own.routes, ...othersRoutes], ({ route }) => route)
  return {
    ...own,
    minute: sumTimed([own.minute, ...windowsOf(({ minute }) => minute)]),
    before: sumTimed([own.before, ...windowsOf(({ before }) => before)]),
    steps: sumSteps(own, shares),
    routes: [...routes].map(([route, windows]) => ({ route, ...sumTimed(windows) })),
    resources: sumResources([own.resources, ...shares.map(({ resources }) => resources)]),
  }
}

const plain = <Window extends RequestWindow>(window: Window): Plain<Window> => ({
  ...window,
  times: window.times.toJSON(),
})
const whole = <Window extends Plain<RequestWindow>>(window: Window) => ({
  ...window,
  times: histogramFromJSON(window.times),
})

function sumTimed(windows: readonly TimedWindow[]): TimedWindow {
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
    const others = shares.map((share) => {
      const step = share.steps[index + current - Math.floor(share.now / stepMs)]
      return step ? whole(step) : null
    })
    const seen = [own, ...others].filter((step) => step !== null)
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
