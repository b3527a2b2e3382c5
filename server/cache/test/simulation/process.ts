import { type Cache, createCache, type TagSpace } from '@hotpath/cache'
import { openTagSpace } from '@hotpath/cache/redis'
import type { CacheSetup, Setup } from './history.ts'
import { createHost, type Host } from './host.ts'
import { createSimulatedPort, type SimulatedPort } from './simulated-port.ts'
import type { SimulatedRedis } from './simulated-redis.ts'
import type { VirtualTime } from './virtual-time.ts'

/** One life of a process of the application. */
export interface Process {
  life: number
  host: Host
  port: SimulatedPort
  tags: TagSpace
  caches: readonly { cache: Cache; setup: CacheSetup }[]
  /** The last moment at which its link or its event loop was not as usual; may lie ahead. */
  disturbedAt(): number
  /** When that began. */
  disturbedSince(): number
  /** Remembers that something is about to happen to it, or to Redis. */
  disturb(): void
  crash(): void
}

export interface ProcessOptions {
  life: number
  setup: Setup
  time: VirtualTime
  server: SimulatedRedis
  random: () => number
}

/** How long a command may take, in milliseconds. */
export const commandTimeout = 1_000
/** How old what is served from memory may be where Redis is down and a cache says `serve`. */
export const serveForMs = 8_000
/** A heartbeat and its time-out, in milliseconds. */
const heartbeatMs = 500 + commandTimeout
/** In this time after a disturbance a process is certainly heard of again, in milliseconds. */
const reunionMs = 3_000
/** How long a load may take, in milliseconds. */
export const loadTimeout = 4_000

export function startProcess({ life, setup, time, server, random }: ProcessOptions): Process {
  const host = createHost(time, Math.floor(random() * 1e6))
  // Now and then one message of a turn is delayed, and with it those behind it.
  const latency = () => (random() < 0.15 ? setup.latency : Math.floor((random() * setup.latency) / 2))
  const port = createSimulatedPort({ time, host, server, random, commandTimeout, latency })
  const { clock } = host
  const tags = openTagSpace({
    port,
    name: 'app',
    clock,
    random,
    timers: host.timers,
    nodeId: `p${life}`,
  })
  const caches = setup.caches.map((cacheSetup, index) => ({
    setup: cacheSetup,
    cache: createCache({
      namespace: `n${index}`,
      tags,
      ttl: cacheSetup.ttl,
      staleWhileRevalidate: cacheSetup.staleWhileRevalidate,
      staleIfError: cacheSetup.staleIfError,
      negativeTtl: cacheSetup.negativeTtl,
      earlyRefresh: cacheSetup.earlyRefresh,
      ...(cacheSetup.softTimeout !== null && { softTimeout: cacheSetup.softTimeout }),
      timeout: loadTimeout,
      redisDown: cacheSetup.redisDown,
      serveFor: serveForMs,
      compressOver: false,
      maxEntries: cacheSetup.maxEntries,
      clock,
      random,
    }),
  }))
  // After Redis was away nobody asks it anything until a heartbeat was answered.
  const disturbedAt = () =>
    Math.max(port.lastDisturbed(), host.stalledUntil(), server.awayUntil() + heartbeatMs)
  let since = 0
  return {
    life,
    host,
    port,
    tags,
    caches,
    disturbedAt,
    disturbedSince: () => since,
    disturb() {
      // Disturbances that follow each other closely are one: in between it may not have been heard of.
      if (disturbedAt() < time.now() - reunionMs) since = time.now()
    },
    crash() {
      host.crash()
      port.abandon()
    },
  }
}
