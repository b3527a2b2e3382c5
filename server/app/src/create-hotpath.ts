import path from 'node:path'
import { consoleBuilt, consoleFiles } from '@hotpath/console'
import { parseDuration, type Route } from '@hotpath/core'
import {
  type AnyServer,
  createRequestDecompression,
  createServerLike,
  describeRoute,
  type FactoryListener,
  type HttpCache,
  interceptRequests,
} from '@hotpath/http'
import { createDrain, type Drain } from '@hotpath/http/api'
import { createMonitor, type Monitor } from '@hotpath/monitor'
import type { Database } from '@hotpath/postgres'
import { openAlerts, type OpenAlerts } from './alerts.ts'
import { type ApiStages, openApiStages } from './api-stages.ts'
import { type Caches, openCaches } from './caches.ts'
import { capacityPath } from './capacity-path.ts'
import { openCdns } from './cdn.ts'
import { serveConsole } from './console-files.ts'
import { watchDatabase } from './database-figures.ts'
import { databasePaths } from './database-paths.ts'
import { readEnvironment, type Settings } from './environment.ts'
import { fastFront } from './fast-front.ts'
import { openFleetLink } from './fleet-link.ts'
import { type FixFinder, findFixes } from './fixes/find-fixes.ts'
import { otherFacts } from './fixes/other-facts.ts'
import type { Hotpath, HotpathOptions } from './hotpath.ts'
import { type Limits, openLimits } from './limits.ts'
import { type LoadControls, openLoads } from './loads/load-controls.ts'
import { loadPaths } from './loads/load-paths.ts'
import { ownPaths } from './own-paths.ts'
import { pipeline } from './pipeline.ts'
import { openOwnDatabase } from './open-database.ts'
import { openQueryCache } from './query-cache.ts'
import type { Replicas } from './replicas.ts'
import { openRumPath, type RumPath } from './rum-path.ts'
import { mustShareLoads, withSharedLoads } from './shared-loads.ts'
import { openSignalledLog } from './signalled-log.ts'
import { statementScope } from './statement-scope.ts'
import { type WholeFleet, wholeFleet } from './whole-fleet.ts'

/**
 * Reads the environment, opens the database, and puts every part in its place. HOTPATH=off builds the same
 * application without the layer: that is what every claim of a gain is measured against.
 * @throws HP_ENVIRONMENT_INVALID and what opening the database throws
 */
export async function createHotpath(options: HotpathOptions): Promise<Hotpath> {
  await using opened = new AsyncDisposableStack()
  const { name, routes, environment = process.env } = options
  const settings = readEnvironment(environment, name)
  const enabled = settings.layer === 'on'
  const drain = createDrain({
    ...(settings.drainFor !== null && { propagation: settings.drainFor }),
    ...options.drain,
  })
  const api = openApiStages(options.api ?? {}, routes)
  opened.defer(api.close)
  const limits = openOwnLimits(options, settings)
  opened.defer(limits.close)
  const log = settings.accessLog ? await openSignalledLog(settings.accessLog) : null
  if (log) opened.defer(() => log.close())
  const { database, replicas } = opened.use(
    await openOwnDatabase({ settings, routes, database: options.database, replicas: options.replicas }),
  )
  const caches = await openCaches({
    name,
    routes,
    redisUrl: settings.redisUrl,
    enabled,
    worker: { pid: process.pid, number: settings.workerNumber },
    cdns: openCdns(environment),
    http: { overloaded: limits.overloaded, mode: settings.cacheMode },
    ...(mustShareLoads(routes, replicas) && {
      finish: (cache) => withSharedLoads(cache, replicas.reads),
    }),
  })
  opened.defer(() => caches.close())
  caches.declareWarm(options.warm?.({ cache: caches.objects, database }) ?? [])
  const alerts = await openAlerts(options.alerts ?? {}, settings)
  opened.defer(() => alerts.close())
  const { worker } = caches.controls
  const link = openFleetLink(settings.workerNumber === null ? null : process, worker)
  opened.defer(() => link.close())
  const fixes = findFixes({
    routes,
    database,
    caches,
    overview: () => fleet.overview(),
    alarms: () => monitor.alerts.engine?.firing().map(({ id }) => id) ?? [],
    leads: link.leads,
    others: otherFacts(link),
    everyMs: parseDuration(options.fixes?.every ?? '1m'),
  })
  opened.defer(() => fixes.close())
  link.answer('facts', fixes.share)
  link.answer('plan', database.tap.planOf)
  const loads = openLoads({ app: name, folder: path.join(settings.folder, 'loads'), token: settings.token })
  opened.defer(() => loads.close())
  const monitor = openMonitor(options, settings, { api, caches, database, alerts, fixes, loads })
  opened.defer(() => monitor.close())
  const rum = openRum(options, settings, monitor)
  opened.defer(() => rum?.close())
  const fleet = wholeFleet({ monitor, link, openHistory: alerts.openHistory })
  const stage = compose({
    settings,
    fleet,
    routes,
    api,
    limits,
    caches,
    database,
    replicas,
    monitor,
    loads,
    rum,
    drain,
  })
  const running = opened.move()

  function take(server: AnyServer): void {
    drain.add(server)
    if (settings.fastPath) caches.http.fastPath(server, fastFront({ drain, api, limits }))
  }

  return {
    enabled,
    cache: caches.objects,
    database,
    pool: replicas.pool,
    reads: replicas.reads,
    folder: settings.folder,
    createCache: caches.open,
    async createQueryCache(given = {}) {
      const cache = caches.open({ namespace: 'queries' })
      const queries = await openQueryCache(given, { database, cache, replicas, enabled })
      running.defer(() => queries.close())
      return queries
    },
    invalidate: caches.invalidate,
    serverFactory<S extends AnyServer>(listener: FactoryListener, given: object = {}) {
      const server = createServerLike<S>(listener, given)
      interceptRequests(server, stage)
      take(server)
      return server
    },
    attach(server) {
      interceptRequests(server, stage)
      take(server)
    },
    drain: () => drain.begin(),
    draining: drain.signal,
    snapshot() {
      const { verdict, tiles, routes: rows } = monitor.overview()
      return { api: { verdict, tiles, routes: rows }, cache: caches.stats(), versions: api.versionUses() }
    },
    close: () => running.disposeAsync(),
  }
}

/** What an application admits is its own affair, whether the layer is on or not; shedding is the layer's. */
function openOwnLimits(options: HotpathOptions, { layer, proxies, redisUrl, runSecret }: Settings): Limits {
  const limits = openLimits({
    limits: { ...(proxies && { proxies }), ...options.limits },
    routes: options.routes,
    name: options.name,
    redisUrl,
    runSecret: runSecret ?? undefined,
  })
  return layer === 'on' ? limits : { ...limits, stages: { ...limits.stages, admission: (next) => next } }
}

interface Watched {
  readonly api: ApiStages
  readonly caches: Caches
  readonly database: Database
  readonly alerts: OpenAlerts
  readonly fixes: FixFinder
  readonly loads: LoadControls
}

function openMonitor(
  { name, routes, targets = [], vitals, traces }: HotpathOptions,
  { layer, folder }: Settings,
  { api, caches, database, alerts, fixes, loads }: Watched,
): Monitor {
  return createMonitor({
    app: name,
    layer,
    routes,
    targets,
    alerts,
    ...(traces !== undefined && { traces }),
    ...(vitals && { vitals: { routes: vitals.pages, sample: vitals.sample ?? 1 } }),
    sources: {
      database: database.kind,
      poolWaiting: () => database.waiting(),
      ...watchDatabase(database),
      folder,
      caches: () => caches.stats().objects,
      httpCache: () => caches.http.stats(),
      versions: api.versionUses,
      fixes: fixes.current,
      markers: loads.markers,
      ready: { database: async () => void (await database.query('select 1')) },
    },
  })
}

function openRum(
  { vitals, limits }: HotpathOptions,
  { proxies }: Settings,
  monitor: Monitor,
): RumPath | null {
  if (!vitals || !monitor.vitals) return null
  const trusted = limits?.proxies ?? proxies
  return openRumPath({ vitals: monitor.vitals, limit: vitals.limit, ...(trusted && { proxies: trusted }) })
}

interface Parts {
  readonly settings: Settings
  readonly fleet: WholeFleet
  readonly routes: readonly Route[]
  readonly api: ApiStages
  readonly limits: Limits
  readonly caches: Caches
  readonly database: Database
  readonly replicas: Replicas
  readonly monitor: Monitor
  readonly loads: LoadControls
  readonly rum: RumPath | null
  readonly drain: Drain
}

/** Everything in its place. */
function compose(parts: Parts) {
  const { settings, fleet, routes, api, limits, caches, database, replicas } = parts
  const { monitor, loads, rum, drain } = parts
  const { worker } = caches.controls
  return pipeline({
    ...api.stages,
    ...limits.stages,
    drain: drain.stage,
    decompression: createRequestDecompression().wrap,
    ownPaths: ownPaths({
      monitor,
      fleet,
      tokens: { administrator: settings.token, viewer: settings.viewToken },
      consoleFiles: serveConsole(consoleBuilt() ? consoleFiles() : null),
      caches: caches.controls,
      database: databasePaths(database, { worker, replicas }),
      loads: { ...loadPaths(loads), ...capacityPath({ monitor, worker, folder: settings.folder }) },
      ...(rum && { rum: rum.answers }),
      routes: () => describeRoutes(routes, caches.http),
      dispensable: async () => ({ ...(await caches.health()), ...replicas.health() }),
      drain,
    }),
    httpCache: (next) => caches.http.wrap(next),
    statementScope: statementScope(routes),
    databaseSession: replicas.stage,
  })
}

/** What `/_hotpath/api/routes` shows. */
function describeRoutes(routes: readonly Route[], { turnedOff }: HttpCache) {
  const off = new Set(turnedOff())
  return routes.map((route) => ({ ...describeRoute(route), cache: off.has(route.pattern) ? 'off' : 'on' }))
}
