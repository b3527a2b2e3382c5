import { beaconVersion } from '@hotpath/core/beacon'
import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import { fileOf, selectorOf, watch, watchFrames } from './attribution.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import { createPending, type Place } from './pending.ts'
import { createRouteLog, type RouteLog, type Shown } from './route-log.ts'
import { serverOf } from './server-timing.ts'
import { connectionOf, deviceOf, mayReport } from './visitor.ts'

export interface ReportVitalsOptions {
  /** The template of a path, such as `/ballots/:id`; addresses themselves are never sent. */
  route: (path: string) => string | undefined
  /** Where reports go: a path of the same site. @default '/.hotpath/rum' */
  endpoint?: string
  /** Share of the page loads that report, from 0 to 1. @default 1 */
  sample?: number
  /** Whether this visitor's page may report. @default neither Do Not Track, Global Privacy Control nor Save-Data */
  allowed?: () => boolean
}

/**
 * Begins to measure what the visitor experiences, and reports it when the page is left: LCP, INP, CLS, FCP and TTFB
 * with what caused them, long tasks and uncaught errors, by route. Call it once. Never throws, and does nothing in
 * browsers that cannot measure.
 */
export function reportVitals(options: ReportVitalsOptions): void {
  guarded(begin)(options)
}

type Latest = Pick<Place, 'start' | 'navigation'>

function begin({
  route,
  endpoint = '/.hotpath/rum',
  sample = 1,
  allowed = mayReport,
}: ReportVitalsOptions): void {
  if (!globalThis.PerformanceObserver || !navigator.sendBeacon || Math.random() >= sample || !allowed())
    return
  const log = createRouteLog(route)
  const delivery = createDelivery({
    endpoint,
    pending: createPending(),
    write: (views) =>
      JSON.stringify({ version: beaconVersion, device: deviceOf(), connection: connectionOf(), views }),
  })
  const latest: Latest = { start: 0, navigation: 'navigate' }
  measureVitals(delivery, log, latest)
  measureTrouble(delivery, log, latest)
}

function measureVitals(delivery: Delivery, log: RouteLog, latest: Latest): void {
  const scriptDuring = watchFrames()
  const hear = guarded((metric: Metric) => {
    const { name, value, navigationType: navigation, navigationStartTime: start = 0 } = metric
    if (start > latest.start) {
      if (navigation === 'soft-navigation') delivery.turn(start)
      latest.start = start
    }
    if (start === latest.start) latest.navigation = navigation
    // What is not loaded has no first byte.
    if (name === 'TTFB' && start > 0) return
    const { element, entry } = causeOf(metric)
    delivery.update((pending) => {
      const script = name === 'INP' ? scriptDuring(entry) : undefined
      const server = name === 'LCP' ? serverOf(start, start + value) : undefined
      const place = entry
        ? placeOf({ start, navigation }, log.at(entry.startTime))
        : { start, navigation, route: log.routeOf(metric.navigationURL) }
      pending.vital(place, { name, value, element: selectorOf(element), script, server })
    })
  })
  for (const on of [onLCP, onINP, onCLS, onFCP, onTTFB])
    on(hear, { reportAllChanges: true, reportSoftNavs: true })
}

/** The element behind a value; and where it happened at some moment of the visit, the entry that tells when. */
function causeOf({ name, entries }: Metric): { element?: Node | null | undefined; entry?: PerformanceEntry } {
  const last = entries.at(-1)
  if (!last) return {}
  if (name === 'LCP') return { element: (last as LargestContentfulPaint).element }
  if (name === 'INP') {
    const [entry] = entries as PerformanceEventTiming[]
    return {
      element: (entries as PerformanceEventTiming[]).find(({ target }) => target)?.target,
      entry: entry!,
    }
  }
  if (name !== 'CLS') return {}
  const worst = (entries as LayoutShift[]).reduce((a, b) => (b.value > a.value ? b : a))
  return { element: worst.sources?.[0]?.node, entry: worst }
}

/** Long tasks, and errors that nobody caught. */
function measureTrouble(delivery: Delivery, log: RouteLog, latest: Latest): void {
  const placeAt = (time?: number): Place => placeOf(latest, log.at(time))
  watch(
    'longtask',
    guarded(({ startTime, duration }: PerformanceEntry) => {
      delivery.update((pending) => pending.task(placeAt(startTime), duration))
    }),
  )
  const failed = (reason: unknown, file: string) => {
    const name = reason instanceof Error ? reason.name : 'Error'
    delivery.update((pending) => pending.error(placeAt(), name, file))
  }
  addEventListener(
    'error',
    guarded(({ error, filename }: ErrorEvent) => failed(error, fileOf(filename))),
  )
  addEventListener(
    'unhandledrejection',
    guarded(({ reason }: PromiseRejectionEvent) => failed(reason, '')),
  )
}

/** What happens on another route than the page was loaded for is none of the load's, whatever the browser calls it. */
function placeOf({ start, navigation }: Latest, { route, isFirst }: Shown): Place {
  return { start, route, navigation: start === 0 && !isFirst ? 'soft-navigation' : navigation }
}

/** Nothing of this may ever be felt by the page. */
function guarded<T>(work: (given: T) => void): (given: T) => void {
  return (given) => {
    try {
      work(given)
    } catch {
      // What cannot be measured is not reported.
    }
  }
}
