import { onTestFinished } from 'vitest'
import { type LocalRedis, startRedis, type StartRedisOptions } from '@hotpath/cache/local'
import { connectRedis, type ConnectRedisOptions } from '../../src/redis/connect-redis.ts'
import type { RedisPort } from '../../src/shared/port.ts'

type Told = { ready: { tracking: boolean; runId: string } } | { changed: string | null } | { lost: string }

/** A connection and everything it told, in order. */
export interface Connected extends RedisPort {
  told: Told[]
  /** What it was ready with first. */
  server(): { tracking: boolean; runId: string }
  /** How often it was ready, or lost. */
  times(what: 'ready' | 'lost'): number
  /** Resolves the next time that it is ready. */
  nextReady(): Promise<{ tracking: boolean; runId: string }>
  /** The changed keys since the given number of events. */
  changes(since?: number): (string | null)[]
  /** The code and message of what a call rejects with. */
  failure(call: Promise<unknown>): Promise<{ code: string; message: string }>
}

/** A Redis that is stopped when the test ends. */
export async function testRedis(options: StartRedisOptions = {}): Promise<LocalRedis> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  return redis
}

/** Starts a connection that is closed when the test ends; it need not succeed. */
export function connecting(options: ConnectRedisOptions, prefix = '{t}m'): Connected {
  const port = connectRedis(options)
  const told: Told[] = []
  const waiting: ((server: { tracking: boolean; runId: string }) => void)[] = []
  port.start(prefix, {
    ready(server) {
      told.push({ ready: server })
      for (const resolve of waiting.splice(0)) resolve(server)
    },
    changed: (key) => told.push({ changed: key }),
    failed() {},
    lost: (reason) => told.push({ lost: reason }),
  })
  onTestFinished(() => port.close())
  return {
    ...port,
    told,
    server: () => told.flatMap((event) => ('ready' in event ? [event.ready] : []))[0]!,
    times: (what) => told.filter((event) => what in event).length,
    nextReady: () => new Promise((resolve) => waiting.push(resolve)),
    changes: (since = 0) => told.slice(since).flatMap((event) => ('changed' in event ? [event.changed] : [])),
    failure: (call) =>
      call.then(
        () => ({ code: 'none', message: 'It did not reject.' }),
        (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
      ),
  }
}

/** A connection that is ready. */
export async function connected(options: ConnectRedisOptions, prefix?: string): Promise<Connected> {
  const port = connecting(options, prefix)
  await port.nextReady()
  return port
}

/** What Redis answered, with texts as strings. */
export function plain(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(plain)
  return reply instanceof Uint8Array ? Buffer.from(reply).toString() : reply
}
