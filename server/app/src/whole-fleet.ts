import type { FleetShare, Overview, Timeline, Trace, Traces, Worker } from '@hotpath/core'
import type { MetricsShare, Monitor, OverviewShare, TimelineRange, TimelineShare } from '@hotpath/monitor'
import { alertAnswers, type FleetAlerts, fleetAlerts } from './fleet-alerts.ts'
import { type FleetAnswers, type FleetPort, type FleetQuestion, openFleetLink } from './fleet-link.ts'

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
  traces(filter: TraceFilter): Promise<Traces>
  /** By its id, whichever process keeps it. */
  trace(id: string): Promise<Trace | null>
  /** Of the process that tells: the first of them. */
  readonly alerts: FleetAlerts
  close(): void
}

export interface WholeFleetOptions {
  monitor: Pick<
    Monitor,
    | 'alerts'
    | 'metrics'
    | 'metricsShare'
    | 'overview'
    | 'overviewShare'
    | 'timeline'
    | 'timelineShare'
    | 'traces'
  >
  worker: Worker
  /** The way to the process that began this one; null where it stands alone. */
  port: FleetPort | null
}

const noTraces = { traces: 0, bytes: 0, maxBytes: 0, followed: 0, kept: 0 }
const alone: FleetAnswers = { answers: [], fleet: { workers: 1, missing: [] } }

/** Asks the others for what they know, and is asked by them. */
export function wholeFleet({ monitor, worker, port }: WholeFleetOptions): WholeFleet {
  const tracesHere = (filter: TraceFilter): Traces => ({
    worker,
    ...(monitor.traces?.list(filter) ?? { now: Date.now(), enabled: false, traces: [], store: noTraces }),
  })
  const traceHere = (id: string): Trace | null => {
    const trace = monitor.traces?.find(id)
    return trace ? { worker, ...trace } : null
  }
  const answers: Record<string, (about: never) => unknown> = {
    metrics: () => monitor.metricsShare(),
    overview: () => monitor.overviewShare(),
    timeline: (range: TimelineRange) => monitor.timelineShare(range),
    traces: tracesHere,
    trace: traceHere,
    ...alertAnswers(monitor.alerts, worker),
  }
  const answer = ({ name, about }: FleetQuestion) =>
    Object.hasOwn(answers, name) ? answers[name]!(about as never) : null
  const link = openFleetLink(port, answer)
  const ask = async (name: string, about: unknown = null) => (await link.ask({ name, about })) ?? alone

  return {
    async metrics() {
      const { answers: others, fleet } = await ask('metrics')
      return monitor.metrics(port === null ? [] : [...(others as MetricsShare[]), fleetMetrics(fleet)])
    },
    async overview() {
      const { answers: others, fleet } = await ask('overview')
      return { ...monitor.overview(others as OverviewShare[]), ...told(port, fleet) }
    },
    async timeline(range) {
      const { answers: others, fleet } = await ask('timeline', range)
      return { worker, ...monitor.timeline(range, others as TimelineShare[]), ...told(port, fleet) }
    },
    async traces(filter) {
      const { answers: others, fleet } = await ask('traces', filter)
      const own = tracesHere(filter)
      return { ...mergeTraces([own, ...(others as Traces[])], filter.limit), ...told(port, fleet) }
    },
    trace: async (id) =>
      traceHere(id) ??
      ((await ask('trace', id)).answers as (Trace | null)[]).find((one) => one !== null) ??
      null,
    alerts: fleetAlerts(monitor.alerts, { worker, ask }),
    close: link.close,
  }
}

const told = (port: FleetPort | null, fleet: FleetShare) => (port === null ? {} : { fleet })

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
