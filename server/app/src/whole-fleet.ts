import {
  type FleetShare,
  type Overview,
  type RouteDetail,
  type Timeline,
  type Trace,
  type Traces,
  type Vitals,
} from '@hotpath/core'
import {
  type History,
  type MetricsShare,
  type Monitor,
  noHistory,
  type OverviewShare,
  type RouteShare,
  type TimelineRange,
  type TimelineShare,
  type VitalsShare,
} from '@hotpath/monitor'
import { type FleetAlerts, fleetAlerts } from './fleet-alerts.ts'
import type { FleetLink } from './fleet-link.ts'

/** What is asked of traces. */
export interface TraceFilter {
  route?: string | undefined
  since?: number | undefined
  limit?: number | undefined
}

/** What the processes of one application on this host say together; of one that stands alone, what that says. */
export interface WholeFleet {
  metrics(): Promise<{ contentType: string; body: string }>
  overview(): Promise<Overview>
  timeline(range: TimelineRange): Promise<Timeline>
  /** Null for a route that is neither declared nor was seen by any of them. */
  route(pattern: string): Promise<RouteDetail | null>
  vitals(): Promise<Vitals>
  traces(filter: TraceFilter): Promise<Traces>
  /** By its id, whichever process keeps it. */
  trace(id: string): Promise<Trace | null>
  readonly alerts: FleetAlerts
}

export interface WholeFleetOptions {
  monitor: Pick<
    Monitor,
    | 'alerts'
    | 'metrics'
    | 'metricsShare'
    | 'overview'
    | 'overviewShare'
    | 'route'
    | 'routeShare'
    | 'timeline'
    | 'timelineShare'
    | 'traces'
    | 'vitals'
  >
  link: FleetLink
  /** Where what became of alerts is kept. @default nowhere */
  openHistory?: () => Promise<History>
}

const noTraces = { traces: 0, bytes: 0, maxBytes: 0, followed: 0, kept: 0 }

/** Asks the others for what they know, and is asked by them. */
export function wholeFleet({
  monitor,
  link,
  openHistory = async () => noHistory,
}: WholeFleetOptions): WholeFleet {
  const { worker } = link
  const tracesHere = (filter: TraceFilter): Traces => ({
    worker,
    ...(monitor.traces?.list(filter) ?? { now: Date.now(), enabled: false, traces: [], store: noTraces }),
  })
  const traceHere = (id: string): Trace | null => {
    const trace = monitor.traces?.find(id)
    return trace ? { worker, ...trace } : null
  }
  link.answer('metrics', monitor.metricsShare)
  link.answer('overview', monitor.overviewShare)
  link.answer('timeline', monitor.timelineShare)
  link.answer('route', monitor.routeShare)
  link.answer('vitals', () => monitor.vitals?.share())
  link.answer('traces', tracesHere)
  link.answer('trace', traceHere)
  /** What the others know of it; those that know nothing are left out. */
  const ask = async <Share>(name: string, about?: unknown) => {
    const { answers, fleet } = await link.ask(name, about)
    const others = (answers as (Share | null)[]).filter((answer) => answer !== null)
    return { others, fleet, told: link.isAlone ? {} : { fleet } }
  }

  return {
    async metrics() {
      const { others, fleet } = await ask<MetricsShare>('metrics')
      return monitor.metrics(link.isAlone ? [] : [...others, fleetMetrics(fleet)])
    },
    async overview() {
      const { others, told } = await ask<OverviewShare>('overview')
      return { ...monitor.overview(others), ...told }
    },
    async timeline(range) {
      const { others, told } = await ask<TimelineShare>('timeline', range)
      return { worker, ...monitor.timeline(range, others), ...told }
    },
    async route(pattern) {
      const { others, told } = await ask<RouteShare>('route', pattern)
      const detail = monitor.route(pattern, others)
      return detail ? { worker, ...detail, ...told } : null
    },
    async vitals() {
      if (!monitor.vitals) return { worker, ...nobodyAsked(Date.now()) }
      const { others, told } = await ask<VitalsShare>('vitals')
      return { worker, ...monitor.vitals.report(others), ...told }
    },
    async traces(filter) {
      const { others, told } = await ask<Traces>('traces', filter)
      return { ...mergeTraces([tracesHere(filter), ...others], filter.limit), ...told }
    },
    trace: async (id) => traceHere(id) ?? (await ask<Trace>('trace', id)).others[0] ?? null,
    alerts: fleetAlerts(monitor.alerts, { link, openHistory }),
  }
}

const nobodyAsked = (now: number): Omit<Vitals, 'worker'> => ({
  now,
  windowMs: 0,
  enabled: false,
  all: {},
  targets: [],
  routes: [],
  rows: [],
  navigations: [],
  elements: [],
  tasks: [],
  errors: [],
  slowest: [],
  intake: { accepted: 0, sampled: 0, malformed: 0, tooLarge: 0, foreign: 0, limited: 0, unknownRoutes: 0 },
})

const mostTraces = 200

function mergeTraces(all: readonly [Traces, ...Traces[]], limit = 50): Traces {
  const sum = (pick: (store: Traces['store']) => number) =>
    all.reduce((total, { store }) => total + pick(store), 0)
  return {
    ...all[0],
    traces: all
      .flatMap(({ traces }) => traces)
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, Math.min(mostTraces, limit)),
    store: {
      traces: sum(({ traces }) => traces),
      bytes: sum(({ bytes }) => bytes),
      maxBytes: sum(({ maxBytes }) => maxBytes),
      followed: sum(({ followed }) => followed),
      kept: sum(({ kept }) => kept),
    },
  }
}

/** How complete the page is. */
function fleetMetrics({ workers, missing }: FleetShare): MetricsShare {
  return [
    {
      name: 'hotpath_fleet_workers',
      help: 'Processes of the application on this host.',
      type: 'gauge',
      values: [{ value: workers, labels: {} }],
    },
    {
      name: 'hotpath_fleet_workers_missing',
      help: 'Those that did not answer in time, and are left out of this page.',
      type: 'gauge',
      values: [{ value: missing.length, labels: {} }],
    },
  ].map((metric) => ({ ...metric, aggregator: 'sum' }) as MetricsShare[number])
}
