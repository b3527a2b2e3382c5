import { type Cache, type CacheOptions, createCache, createTagSpace, type TagSpace } from '@hotpath/cache'
import { type LocalRedis, startRedis, type StartRedisOptions } from '@hotpath/cache/local'
import { connectTagSpace, type ConnectOptions } from '@hotpath/cache/redis'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { type Connected, connected, plain } from '../redis/connected.ts'

/** Features are the same with and without Redis. */
export const kinds = ['one process', 'a fleet'] as const
export type Kind = (typeof kinds)[number]

/** One application, in one process or several, for one test. */
export interface World {
  /** A cache in one of its processes. */
  cache(options?: Partial<CacheOptions>, process?: number): Cache
  space(process?: number): TagSpace
  /** Lets at least so many milliseconds pass. */
  pass(ms: number): Promise<void>
}

export interface Fleet extends World {
  redis: LocalRedis
  /** The name of the application. */
  app: string
  /** What Redis answers, with texts as strings. */
  ask(...words: (string | Uint8Array)[]): Promise<unknown>
  /** Redis as a port of its own. */
  admin: Connected
}

export interface FleetOptions extends Partial<ConnectOptions> {
  redis?: LocalRedis
  /** Processes that are connected before the test begins. @default 2 */
  connected?: number
}

let apps = 0

/** Starts one Redis for the tests of a file, and opens worlds. */
export function useWorlds(options: StartRedisOptions = {}) {
  let shared: LocalRedis
  beforeAll(async () => {
    shared = await startRedis(options)
  })
  afterAll(() => shared?.stop())

  async function openFleet({
    redis = shared,
    connected: count = 2,
    ...connect
  }: FleetOptions = {}): Promise<Fleet> {
    const app = connect.name ?? `app${++apps}`
    const spaces: TagSpace[] = []
    const admin = await connected({ url: redis.url }, '{nobody}')
    // Closed before the connections that vitest closes in turn.
    onTestFinished(() => Promise.all(spaces.map((space) => space.close())).then(() => {}))
    const space = (process = 0) =>
      (spaces[process] ??= connectTagSpace({ url: redis.url, ...connect, name: app }))
    // `ready` gives up after one time-out, which a busy machine may take.
    const isConnected = (_: unknown, process: number) => space(process).tier!.reachable()
    await until(() => Array.from({ length: count }, isConnected).every(Boolean))
    return {
      redis,
      app,
      admin,
      ask: async (...words) => plain(await admin.command(words)),
      space,
      cache: (given, process) => createCache({ namespace: 'test', ...given, tags: space(process) }),
      pass: (ms) => passed(ms),
    }
  }

  return {
    openFleet,
    open: async (kind: Kind): Promise<World> => (kind === 'a fleet' ? openFleet() : openLocal()),
  }
}

function openLocal(): World {
  const now = { ms: 0 }
  const space = createTagSpace({ clock: () => now.ms })
  return {
    space: () => space,
    cache: (given) => createCache({ namespace: 'test', ...given, tags: space }),
    pass: async (ms) => void (now.ms += ms),
  }
}

/** Timers may fire a little early by the clock of the cache, and clocks of two processes differ a little. */
async function passed(ms: number): Promise<void> {
  const end = performance.now() + ms + 10
  while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, end - performance.now()))
}

/** Waits until something holds. */
export async function until(holds: () => unknown): Promise<void> {
  await expect.poll(async () => Boolean(await holds()), { interval: 5 }).toBe(true)
}

/** Calls of a loader whose values count up: `first 1`, `first 2`. */
export function counting(name: string) {
  let calls = 0
  return { load: () => `${name} ${++calls}`, calls: () => calls }
}

export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'resolved',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  )
