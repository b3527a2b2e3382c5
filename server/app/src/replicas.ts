import { createRouteMatcher, type Route } from '@hotpath/core'
import type { Stage } from '@hotpath/http/api'
import { type Database, type DatabaseOptions, openDatabase } from '@hotpath/postgres'
import {
  createRouter,
  type QueryRouting,
  type RoutedPool,
  type Router,
  type RouterOptions,
} from '@hotpath/postgres/router'
import { type Carrier, createCarrier } from './position-carrier.ts'

/** How replicas are used. */
export interface ReplicasOptions extends Pick<RouterOptions, 'maxLag' | 'maxWait' | 'pollEvery'> {
  /** How a client carries the place of its last write from request to request. @default 'cookie' */
  session?: Carrier
}

/** The database's replicas; without any, everything goes to the primary by the shortest way. */
export interface Replicas {
  /** For libraries that take a pg.Pool. */
  readonly pool: RoutedPool
  /** Does a part of the work with other reads. */
  reads<T>(routing: QueryRouting, work: () => T): T
  /** What reads beside the pool: the query cache. Null where there are no replicas. */
  readonly router: Router | null
  /** Knows for each request what its client wrote, and what its reads must see. */
  readonly stage: Stage
  /** `ok`, or why it serves nobody, by replica. */
  health(): Record<string, string>
  close(): Promise<void>
}

export interface OpenReplicas extends ReplicasOptions {
  primary: Database
  urls: readonly string[]
  routes: readonly Route[]
  /** The same in all processes that share clients. */
  secret: string
  /** As the primary is opened. */
  database: DatabaseOptions
}

export function noReplicas(primary: Database): Replicas {
  return {
    pool: primary.pool,
    reads: (_, work) => work(),
    router: null,
    stage: (next) => next,
    health: () => ({}),
    close: async () => {},
  }
}

/**
 * Opens them. One that is down does not keep the application from starting: the primary answers until it is there.
 * @throws HP_DATABASE_OPTION_INVALID, HP_DATABASE_URL_INVALID, HP_DURATION_INVALID
 */
export async function openReplicas(options: OpenReplicas): Promise<Replicas> {
  const { primary, urls, routes, secret, database, session = 'cookie', ...tuning } = options
  await using opened = new AsyncDisposableStack()
  const replicas: Record<string, Database> = {}
  for (const url of urls) {
    const replica = await openDatabase({ ...database, url, mustAnswer: false, seenBy: primary.tap })
    opened.defer(() => replica.close())
    replicas[nameOf(url)] = replica
  }
  const router = await createRouter({ ...tuning, primary, replicas, secret })
  opened.defer(() => router.close())
  const running = opened.move()
  return {
    pool: router.pool,
    reads: router.route,
    router,
    stage: sessionStage(router, { routes, session }),
    health: () =>
      Object.fromEntries(
        router
          .report()
          .replicas.map(({ name, status }) => [`replica ${name}`, status === 'serving' ? 'ok' : status]),
      ),
    close: () => running.disposeAsync(),
  }
}

/** As reports show it: no user, no password. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/**
 * What is kept for others must hold everything that was committed, and thereby invalidated, before it was read: a
 * replica that is behind would fill the caches with what was just dropped. What is one user's own, and kept nowhere,
 * must show that user's writes alone.
 */
function sessionStage(
  router: Router,
  { routes, session }: { routes: readonly Route[]; session: Carrier },
): Stage {
  const match = createRouteMatcher(routes)
  const carrier = createCarrier(session, router.tokenTtlMs)
  const routingOf = ({ options: { replica = false, visibility } }: Route): QueryRouting => ({
    replica,
    read: visibility === 'private' ? 'session' : 'current',
  })
  const routings = new Map(routes.map((route) => [route, routingOf(route)]))
  const elsewhere: QueryRouting = { replica: false, read: 'current' }
  return (next) => (request, response) => {
    const { method = 'GET', url = '/' } = request
    const found = match(method, url.split('?', 1)[0]!)
    const routing = (found && routings.get(found.route)) ?? elsewhere
    const onToken = (token: string): void => carrier.write(request, response, token)
    router.run({ ...routing, token: carrier.read(request), onToken }, () => next(request, response))
  }
}
