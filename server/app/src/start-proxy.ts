import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { consoleBuilt, consoleFiles } from '@hotpath/console'
import type { Bytes, Route } from '@hotpath/core'
import { describeRoute } from '@hotpath/http'
import { createProxy, type ProxyOptions } from '@hotpath/http/proxy'
import { createMonitor } from '@hotpath/monitor'
import { openCaches } from './caches.ts'
import { serveConsole } from './console-files.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { listenError } from './listen-error.ts'
import { ownPaths } from './own-paths.ts'
import { pipeline } from './pipeline.ts'

export interface StartProxyOptions extends Omit<ProxyOptions, 'cache'> {
  /** 0 takes any free port. */
  port: number
  /** The address listened on. @default '127.0.0.1' */
  address?: string
  /** What the policy says of single routes. @default none: the origin's headers alone */
  routes?: readonly Route[]
  /** Redis to share with other proxies. @default the environment's REDIS_URL */
  redisUrl?: string
  /** Most bytes stored in memory. @default '64MiB' */
  memory?: Bytes
  /** @default process.env */
  environment?: Environment
}

/** A proxy that listens. */
export interface RunningProxy {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  close(): Promise<void>
}

/**
 * The HTTP cache in front of an origin, with the console and the metrics that an application has.
 * @throws HP_PROXY_ORIGIN_INVALID, HP_ENVIRONMENT_INVALID, HP_PORT_BUSY, HP_PORT_REFUSED
 */
export async function startProxy(options: StartProxyOptions): Promise<RunningProxy> {
  const { routes = [], environment = process.env, port, address = '127.0.0.1' } = options
  const settings = readEnvironment(
    { ...environment, ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }) },
    'proxy',
  )
  const { redisUrl, layer, token, workerNumber } = settings
  const caches = await openCaches({
    name: 'proxy',
    routes,
    redisUrl,
    enabled: layer === 'on',
    worker: { pid: process.pid, number: workerNumber },
    http: { ...(options.memory !== undefined && { maxBytes: options.memory }), ignoreReload: false },
  })
  const proxy = createProxy({ ...options, cache: caches.http })
  const monitor = createMonitor({
    app: proxy.origin.host,
    layer,
    routes,
    targets: [],
    sources: {
      database: 'none',
      poolWaiting: () => 0,
      caches: () => caches.stats().objects,
      httpCache: () => caches.http.stats(),
      ready: {},
    },
  })
  const stage = pipeline({
    ownPaths: ownPaths({
      monitor,
      token,
      consoleFiles: serveConsole(consoleBuilt() ? consoleFiles() : null),
      caches: caches.controls,
      routes: () => routes.map(describeRoute),
      dispensable: caches.health,
    }),
    httpCache: () => proxy.listener,
  })
  const server = http.createServer(stage(proxy.listener))
  const bound = await listen(server, port, address)

  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await closed
      monitor.close()
      await proxy.close()
      await caches.close()
    },
  }
}

async function listen(server: http.Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port, address)))
    server.listen(port, address, resolve)
  })
  return (server.address() as AddressInfo).port
}
