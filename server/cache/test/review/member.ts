import { expect, onTestFinished } from 'vitest'
import { type Cache, type CacheOptions, createCache, type TagSpace } from '@hotpath/cache'
import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import { openTagSpace } from '@hotpath/cache/redis'
import { connectRedis } from '../../src/redis/connect-redis.ts'
import type { RedisPort, RedisReply } from '../../src/shared/port.ts'

/** What is sent: `MGET`, or the name of a script. */
type Sent = string

/** One process of a fleet on a real Redis, whose heartbeats and answers the test may hold back. */
export interface Member {
  tags: TagSpace
  cache(options?: Partial<CacheOptions>): Cache
  /** Sends one heartbeat at once; there are no others. */
  beat(): void
  /** The answers to these wait for the function that is returned, from the next one sent on. */
  hold(what: Sent): Held
  /** Fails the next one sent. */
  refuse(what: Sent, error: Error): void
  /** Those are not sent before the function that is returned is called. */
  delay(what: Sent): () => void
  /** What others change is not told before the function that is returned is called. */
  deafen(): () => void
  /** How often it was sent. */
  sent(what: Sent): number
  /** Speaks to Redis beside the cache. */
  command: RedisPort['command']
}

export interface Held {
  /** Resolves once an answer waits. */
  arrived: Promise<void>
  release(): void
}

const beatMs = 500

export async function testRedis(): Promise<LocalRedis> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  return redis
}

export async function member(
  redis: LocalRedis,
  { tracking = true, trustFailover = false } = {},
): Promise<Member> {
  const port = connectRedis({ url: redis.url })
  const holds = new Map<Sent, { gate: Promise<void>; arrived: () => void }>()
  const refusals = new Map<Sent, Error>()
  const delays = new Map<Sent, Promise<void>>()
  const counts = new Map<Sent, number>()
  let unheard: (() => void)[] | undefined
  const beats: (() => void)[] = []

  async function pass(what: Sent, send: () => Promise<RedisReply>): Promise<RedisReply> {
    counts.set(what, (counts.get(what) ?? 0) + 1)
    const refusal = refusals.get(what)
    refusals.delete(what)
    if (refusal !== undefined) throw refusal
    await delays.get(what)
    const held = holds.get(what)
    const reply = await send()
    held?.arrived()
    await held?.gate
    return reply
  }

  const tags = openTagSpace({
    name: 'review',
    trustFailover,
    port: {
      start: (prefix, events) =>
        port.start(prefix, {
          ...events,
          ready: (server) => events.ready(tracking ? server : { ...server, tracking: false }),
          changed(key) {
            if (!tracking) return
            if (unheard === undefined) events.changed(key)
            else unheard.push(() => events.changed(key))
          },
        }),
      command: (words) => pass(String(words[0]), () => port.command(words)),
      script: (name, keys, words) => pass(name, () => port.script(name, keys, words)),
      close: port.close,
    },
    timers: {
      setTimeout(run, ms) {
        if (ms !== beatMs) return setTimeout(run, ms)
        beats.push(run)
        return undefined
      },
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
  })
  onTestFinished(() => tags.close())
  // `ready` gives up after one time-out, which a busy machine may take.
  await expect.poll(() => tags.tier!.reachable()).toBe(true)
  return {
    tags,
    cache: (options = {}) => createCache({ namespace: 'n', tags, ttl: '1h', ...options }),
    beat: () => beats.splice(0).forEach((run) => run()),
    hold(what) {
      const gate = Promise.withResolvers<void>()
      const arrived = Promise.withResolvers<void>()
      holds.set(what, { gate: gate.promise, arrived: arrived.resolve })
      return {
        arrived: arrived.promise,
        release() {
          holds.delete(what)
          gate.resolve()
        },
      }
    },
    refuse: (what, error) => void refusals.set(what, error),
    delay(what) {
      const gate = Promise.withResolvers<void>()
      delays.set(what, gate.promise)
      return () => {
        delays.delete(what)
        gate.resolve()
      }
    },
    deafen() {
      unheard = []
      return () => {
        const told = unheard ?? []
        unheard = undefined
        for (const tell of told) tell()
      }
    },
    sent: (what) => counts.get(what) ?? 0,
    command: port.command,
  }
}
