import { readFile } from 'node:fs/promises'
import { consoleBuilt, consoleFiles } from '@hotpath/console'
import type { Bytes } from '@hotpath/core'
import { type AccessLogOptions, describeRoute, proxyCacheDefaults } from '@hotpath/http'
import { createDrain, type DrainOptions } from '@hotpath/http/api'
import { createProxy, type Policy, type Proxy, type ProxyOptions, readPolicyFile } from '@hotpath/http/proxy'
import { createMonitor } from '@hotpath/monitor'
import { type Caches, openCaches } from './caches.ts'
import { openCdns } from './cdn.ts'
import { serveConsole } from './console-files.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { appErrors } from './errors.ts'
import { ownPaths } from './own-paths.ts'
import { openSignalledLog } from './signalled-log.ts'
import { createProxyServer, listenOn, type TlsFiles } from './proxy-server.ts'

export interface StartProxyOptions extends Omit<ProxyOptions, 'cache'> {
  /** 0 takes any free port. */
  port: number
  /** The address listened on. @default '127.0.0.1' */
  address?: string
  /** A policy file: the rules of single routes. @default none: the origin's headers alone */
  policy?: string
  /** Redis to share with other proxies. @default the environment's REDIS_URL */
  redisUrl?: string
  /** Most bytes stored in memory. @default '64MiB' */
  memory?: Bytes
  /** Whether freshness is guessed from Last-Modified (RFC 9111 §4.2.2). @default true */
  heuristic?: boolean
  /** Count what would be stored and served, and do neither. @default false */
  shadow?: boolean
  /** Answer hits from the socket, past node:http; not with `tls`. @default false, or as HOTPATH_FAST_PATH says */
  fastPath?: boolean
  tls?: TlsFiles
  accessLog?: Pick<AccessLogOptions, 'path' | 'format'>
  drain?: DrainOptions
  /** @default process.env */
  environment?: Environment
}

/** A proxy that listens. */
export interface RunningProxy {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  /** The address of its console; null where that was not built. */
  readonly console: string | null
  /** What is wrong with Redis; null where nothing is, or there is none. Settles once a first connection was tried. */
  redisProblem(): Promise<string | null>
  /** Reads the policy and the TLS files again. @throws HP_POLICY_INVALID and others, and then nothing changes */
  reload(): Promise<void>
  /** Takes the proxy out of service without cutting what is under way, and closes it. */
  close(): Promise<void>
}

/**
 * The HTTP cache in front of an origin, with the console and the metrics that an application has.
 * @throws HP_PROXY_ORIGIN_INVALID, HP_POLICY_INVALID, HP_TLS_UNREADABLE, HP_ENVIRONMENT_INVALID, HP_PORT_BUSY,
 *   HP_PORT_REFUSED, HP_ACCESS_LOG_UNWRITABLE
 */
export async function startProxy(options: StartProxyOptions): Promise<RunningProxy> {
  await using opened = new AsyncDisposableStack()
  const { environment = process.env, port, address = '127.0.0.1', accessLog } = options
  const { redisUrl: redis } = options
  const settings = readEnvironment(
    { ...environment, ...(redis !== undefined && { REDIS_URL: redis }) },
    'proxy',
  )
  let policy = await readPolicy(options.policy)
  const caches = await openProxyCaches(options, settings, policy)
  opened.defer(() => caches.close())
  const proxy = createProxy({ ...options, cache: caches.http })
  opened.defer(() => proxy.close())
  const drain = createDrain(options.drain)
  const front = openFront({ settings, caches, proxy, drain, policy: () => policy })
  opened.defer(front.close)
  const secure = await createProxyServer(
    drain.stage(front.listener),
    (request, socket, head) => {
      if (front.isOwn(request.url)) socket.destroy()
      else proxy.upgrade(request, socket, head)
    },
    options.tls,
  )
  if (options.fastPath ?? settings.fastPath) {
    caches.http.fastPath(secure.server, { ...proxy.front, admits: () => !drain.isDraining() })
  }
  drain.add(secure.server)
  drain.signal.addEventListener('abort', () => proxy.endUpgrades())
  const logged = accessLog ?? settings.accessLog
  const log = logged ? await openSignalledLog(logged) : null
  if (log) opened.defer(log.close)
  const bound = await listenOn(secure.server, port, address)
  opened.defer(async () => void (await drain.begin()))
  const running = opened.move()

  const url = `${secure.scheme}://${address.includes(':') ? `[${address}]` : address}:${bound}`
  return {
    url,
    console: consoleBuilt() ? `${url}/_hotpath/` : null,
    async redisProblem() {
      const { redis = 'ok' } = await caches.health()
      return redis === 'ok' ? null : redis
    },
    async reload() {
      const next = await readPolicy(options.policy)
      await secure.reload()
      await caches.http.replaceRoutes(next.routes)
      policy = next
    },
    close: () => running.disposeAsync(),
  }
}

async function readPolicy(file: string | undefined): Promise<Policy> {
  if (file === undefined) return { routes: [] }
  const source = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw appErrors.HP_POLICY_UNREADABLE({ file, problem: cause.code ?? cause.message }, { cause })
  })
  return readPolicyFile(source, file)
}

type ProxySettings = ReturnType<typeof readEnvironment>

function openProxyCaches(
  { memory, heuristic = true, shadow = false, environment = process.env }: StartProxyOptions,
  { redisUrl, layer, workerNumber, cacheMode }: ProxySettings,
  { routes }: Policy,
): Promise<Caches> {
  return openCaches({
    name: 'proxy',
    routes,
    redisUrl,
    enabled: layer === 'on',
    worker: { pid: process.pid, number: workerNumber },
    cdns: openCdns(environment),
    http: {
      ...proxyCacheDefaults,
      heuristic,
      mode: shadow ? 'shadow' : cacheMode,
      ...(memory !== undefined && { maxBytes: memory }),
    },
  })
}

interface FrontParts {
  readonly settings: ProxySettings
  readonly caches: Caches
  readonly proxy: Proxy
  readonly drain: ReturnType<typeof createDrain>
  readonly policy: () => Policy
}

/** What answers before the cache: the console, the metrics and the probes. */
function openFront({ settings: { layer, token, viewToken }, caches, proxy, drain, policy }: FrontParts) {
  const monitor = createMonitor({
    app: proxy.origin.host,
    layer,
    routes: policy().routes,
    targets: [],
    sources: {
      database: 'none',
      poolWaiting: () => 0,
      caches: () => caches.stats().objects,
      httpCache: () => caches.http.stats(),
      ready: {},
    },
  })
  const own = ownPaths({
    monitor,
    tokens: { administrator: token, viewer: viewToken },
    consoleFiles: serveConsole(consoleBuilt() ? consoleFiles() : null),
    caches: caches.controls,
    routes: () => policy().routes.map(describeRoute),
    dispensable: async () => ({ ...(await caches.health()), origin: originState(proxy) }),
    drain,
  })
  return {
    listener: own(proxy.listener),
    isOwn: (url = '/') => /^\/_hotpath(?:[/?]|$)/.test(url),
    close: () => monitor.close(),
  }
}

function originState(proxy: Proxy): string {
  const { failing, lastFailure } = proxy.health()
  return failing === 0 ? 'ok' : `down: ${lastFailure}, ${failing} times in a row`
}
