import { availableParallelism, cpus } from 'node:os'
import type { Clock, Measurement, Overview, Resources, Route, ServerSamples, Target } from '@hotpath/core'
import type { Registry } from 'prom-client'
import { createAllocationMeter } from './allocation-meter.ts'
import { type AlertsOptions, type AlertWatch, watchAlerts } from './alerts/watch-alerts.ts'
import { bucketBounds } from './buckets.ts'
import { httpCacheFamilies, objectCacheFamilies } from './cache-families.ts'
import { collectWindows } from './collected.ts'
import { databaseFamilies } from './database-families.ts'
import { diskFamilies } from './disk-families.ts'
import { createExposition, type Exposition, type MetricsShare } from './exposition.ts'
import { createInsight, type Insight } from './insight.ts'
import { createJobMetrics, type JobMetrics } from './job-metrics.ts'
import { createLimitMetrics, type LimitMetrics } from './limit-metrics.ts'
import { overviewOf } from './overview.ts'
import { addShares, overviewShare, type OverviewShare } from './overview-share.ts'
import { eventLoopFamilies, processRegistry } from './process-families.ts'
import { createProcessSampler, type ProcessSampler } from './process-sampler.ts'
import { readPromises } from './promises.ts'
import { checkReadiness, type Readiness } from './readiness.ts'
import { requestFamilies } from './request-families.ts'
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts'
import { createSliceSampler } from './slice-sampler.ts'
import type { MonitorSources } from './sources.ts'
import { createSocketMetrics, type SocketMetrics } from './socket-metrics.ts'
import { createStatementMetrics, type StatementMetrics } from './statement-metrics.ts'
import { versionFamilies } from './version-families.ts'
import type { TraceOptions } from './traces/traces.ts'
import { type BrowserVitals, createVitals, type VitalsOptions } from './vitals/vitals.ts'

export interface MonitorOptions {
  /** The application's name, as the console shows it. */
  app: string
  layer: 'on' | 'off'
  /** Their budgets are watched. */
  routes: readonly Route[]
  /** The application's published targets. */
  targets: readonly Target[]
  sources: MonitorSources
  /** Where alerts go, what is kept of them, and when they fire. @default shown alone, of a version without a name */
  alerts?: Partial<Pick<AlertsOptions, 'version' | 'timing' | 'history' | 'sinks' | 'standby'>>
  /** The pages whose browsers report, and the share of reports that is counted. @default none are taken in */
  vitals?: Pick<VitalsOptions, 'routes' | 'sample'>
  /** Which requests are followed and kept; false follows none. @default the slow, the failed and one in a hundred */
  traces?: TraceOptions | false
  /** A registry of your own that all metrics are put into, too. @default none */
  register?: Registry
  /** @default Date.now */
  clock?: Clock
}

/** What the process says of itself. */
export interface Health {
  status: 'ok'
  app: string
  layer: 'on' | 'off'
  pid: number
  /** Of Node. */
  version: string
  uptimeSeconds: number
}

/** Hears what the libraries publish and tells it: to the console, to Prometheus, to a load balancer. */
export interface Monitor extends Insight {
  /**
   * What the console shows, of this process and of those whose shares are given. Percentiles are within 1.6 % of the exact value.
   */
  overview(others?: readonly OverviewShare[]): Overview
  /** What this process adds to an overview of several. */
  overviewShare(): OverviewShare
  /** Running totals since the start. */
  measurement(): Measurement
  /** What it did second by second after `since` (milliseconds since 1970). The first call begins to sample. */
  samples(since: number): Omit<ServerSamples, 'worker'>
  /** The metrics page for Prometheus, of this process and of those whose shares are given. */
  metrics(others?: readonly MetricsShare[]): Promise<{ contentType: string; body: string }>
  /** What this process adds to a metrics page of several. */
  metricsShare(): Promise<MetricsShare>
  /** Puts all metrics into a registry of your own (prom-client), but for those that it has by the same name. */
  mergeInto(register: Registry): void
  /** Holds every promise against what happens, and tells when one is broken. */
  readonly alerts: AlertWatch
  /** What browsers told; null where none is asked. */
  readonly vitals: BrowserVitals | null
  /** The process alone: it answers as long as it lives. */
  health(): Health
  /** What the process depends on; each check has two seconds. */
  ready(): Promise<Readiness>
  /** Stops hearing and observing; nothing of it keeps the process alive. */
  close(): void
}

interface Parts {
  requests: RequestMetrics
  statements: StatementMetrics
  /** What only the metrics page tells. */
  counted: readonly (LimitMetrics | JobMetrics | SocketMetrics)[]
  /** For the console, and for the scrape. */
  samplers: { overview: ProcessSampler; scrape: ProcessSampler }
  vitals: BrowserVitals | null
}

/**
 * Begins to listen.
 * @throws HP_BUDGET_INVALID for a target or a route whose budget cannot be read
 */
export function createMonitor(options: MonitorOptions): Monitor {
  const { app, layer, routes, targets, sources, clock = Date.now } = options
  const promises = readPromises(routes, targets)
  const startedAt = clock()
  const identity = { app, layer, startedAt, database: sources.database }
  const parts: Parts = {
    requests: createRequestMetrics({
      boundsMs: bucketBounds(promises.all),
      clock,
      // The declared ones, and what is none of them.
      maxRoutes: Math.max(100, routes.length + 1),
    }),
    statements: createStatementMetrics({
      clock,
      boundsMs: bucketBounds(promises.all.filter(({ metric }) => metric === 'statement')),
    }),
    counted: [createLimitMetrics(), createJobMetrics(), createSocketMetrics()],
    samplers: { overview: createProcessSampler(), scrape: createProcessSampler() },
    vitals: options.vitals
      ? createVitals({
          ...options.vitals,
          targets: promises.vitals,
          join: (trace, page) => insight.traces?.joinBrowser(trace, page),
          clock,
        })
      : null,
  }
  const { requests, statements, counted, samplers, vitals } = parts
  const slices = createSliceSampler({ clock, sources })
  const allocations = createAllocationMeter()
  const exposition = expose(parts, sources)
  if (options.register) exposition.mergeInto(options.register)
  const alerts = watchAlerts({
    version: 'unnamed',
    ...options.alerts,
    app,
    promises,
    requests,
    clock,
  })
  const { close: closeInsight, ...insight } = createInsight({
    traces: options.traces ?? {},
    routes,
    requests,
    promises,
    events: () => alerts.engine?.events() ?? [],
    markers: () => sources.markers?.() ?? [],
    startedAt,
    clock,
  })
  const collected = () => {
    const now = clock()
    return {
      now,
      ...collectWindows(requests, { now, startedAt }),
      resources: resourcesOf(parts, sources),
      alerts: alerts.engine?.firing() ?? [],
      fixes: [...(sources.fixes?.() ?? [])],
      vitals,
    }
  }
  let checking: Promise<Readiness> | undefined

  return {
    overview: (others = []) => overviewOf({ identity, promises, ...addShares(collected(), others) }),
    overviewShare: () => overviewShare(collected()),
    measurement: () => ({
      at: clock(),
      layer,
      database: sources.database,
      allocatedBytes: allocations.total(),
      ...totals(requests, statements),
    }),
    samples: (since) => ({
      now: clock(),
      cores: availableParallelism(),
      machineCores: cpus().length,
      poolSize: sources.pool?.().max ?? null,
      samples: slices.since(since),
    }),
    metrics: async (others) => ({
      contentType: exposition.contentType,
      body: await exposition.page(others),
    }),
    metricsShare: exposition.share,
    mergeInto: exposition.mergeInto,
    health: () => ({
      status: 'ok',
      app,
      layer,
      pid: process.pid,
      version: process.version,
      uptimeSeconds: Math.round(process.uptime()),
    }),
    // Shared while it runs: the page is public, and a caller must not be able to multiply work for the database.
    ready: () => (checking ??= checkReadiness(sources.ready).finally(() => (checking = undefined))),
    alerts,
    vitals,
    ...insight,
    close() {
      closeInsight()
      requests.close()
      statements.close()
      for (const { close } of counted) close()
      slices.close()
      allocations.close()
      samplers.overview.stop()
      samplers.scrape.stop()
      alerts.close()
    },
  }
}

function expose(
  { requests, statements, counted, samplers, vitals }: Parts,
  sources: MonitorSources,
): Exposition {
  const families = [
    ...requestFamilies(requests),
    ...counted.flatMap(({ families: familiesOf }) => familiesOf()),
    ...objectCacheFamilies(sources.caches),
    ...(sources.httpCache ? httpCacheFamilies(sources.httpCache) : []),
    ...(sources.versions ? versionFamilies(sources.versions) : []),
    ...(sources.database === 'none' ? [] : databaseFamilies(statements, sources)),
    ...eventLoopFamilies(samplers.scrape),
    ...diskFamilies(sources.folder),
    ...(vitals?.families() ?? []),
  ]
  return createExposition(families, [processRegistry()])
}

function resourcesOf({ statements, samplers }: Parts, sources: MonitorSources): Resources {
  const { rss, heapUsed } = process.memoryUsage()
  const { cpu, eventLoopDelayMs, eventLoopUtilisation } = samplers.overview.sample()
  const stores = [...sources.caches(), ...(sources.httpCache ? [sources.httpCache()] : [])]
  return {
    cpu,
    eventLoopDelayP99Ms: eventLoopDelayMs?.p99 ?? 0,
    eventLoopUtilisation,
    rssBytes: rss,
    heapBytes: heapUsed,
    cacheEntries: stores.reduce((sum, { entries }) => sum + entries, 0),
    cacheBytes: stores.reduce((sum, { bytes }) => sum + bytes, 0),
    poolWaiting: sources.poolWaiting(),
    statementsPerSecond: statements.perSecond(),
  }
}

type Totals = Omit<Measurement, 'at' | 'layer' | 'database' | 'allocatedBytes'>

function totals(requests: RequestMetrics, statements: StatementMetrics): Totals {
  const { user, system } = process.cpuUsage()
  const { statements: count, meanMs, p95Ms } = statements.totals()
  return {
    pid: process.pid,
    cpuSeconds: (user + system) / 1e6,
    ...requests.totals(),
    statements: count,
    statementMs: { mean: meanMs, p95: p95Ms },
  }
}
