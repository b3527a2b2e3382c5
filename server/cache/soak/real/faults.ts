import { tellRedis } from './admin.ts'
import { sleep } from './clock.ts'
import type { Dice } from './dice.ts'
import type { Proxy } from './proxy.ts'
import type { SoakRedis } from './redis-server.ts'

/** What faults can be done to. */
export interface Victims {
  redis: SoakRedis
  /** The ways of those workers that do not speak to Redis directly. */
  proxies: readonly Proxy[]
  /** A worker dies and another takes its place. */
  replaceWorker(): Promise<void>
  /** A worker stands still for a while. */
  freezeWorker(ms: number): Promise<void>
}

/** One fault from its beginning until it is mended. */
type Play = (victims: Victims, dice: Dice) => Promise<void>

const proxied =
  (direction: 'requests' | 'replies' | 'both'): Play =>
  async ({ proxies }, dice) => {
    const proxy = dice.pick(proxies)
    proxy.stall(direction)
    await sleep(dice.between(100, 4_000))
    // Half of the times what was held back is lost, else it arrives late.
    if (dice.chance(0.5)) proxy.cut()
    proxy.flow()
  }

const restarted =
  (from: 'nothing' | 'kept'): Play =>
  async ({ redis }, dice) => {
    if (from === 'kept') {
      await redis.keep()
      await sleep(dice.between(200, 1_000))
    }
    await redis.restart(from, dice.between(0, 2_500))
  }

/** Those that keep every worker from relying on Redis. */
const forAll: Readonly<Record<string, Play>> = {
  'all connections killed': ({ redis }) => kill(redis.port),
  async 'one connection killed'({ redis }, dice) {
    const listed = await tellRedis(redis.port, ['CLIENT', 'LIST', 'TYPE', 'normal'])
    const ids = [...listed.matchAll(/\bid=(\d+) /g)].map(([, id]) => id!)
    await tellRedis(redis.port, ['CLIENT', 'KILL', 'ID', dice.pick(ids)]).catch(ownEnd)
  },
  async 'connections killed again and again'({ redis }, dice) {
    for (let times = 0; times < 6; times += 1) {
      await kill(redis.port)
      await sleep(dice.between(5, 200))
    }
  },
  async 'clients paused'({ redis }, dice) {
    const ms = Math.round(dice.between(100, 2_500))
    await tellRedis(redis.port, ['CLIENT', 'PAUSE', ms, 'ALL'])
    await sleep(ms)
  },
  async 'Redis stopped and continued'({ redis }, dice) {
    redis.pause()
    await sleep(dice.between(100, 3_500))
    redis.resume()
  },
  async 'memory limited'({ redis }, dice) {
    const info = await tellRedis(redis.port, ['INFO', 'memory'])
    const used = Number(/used_memory:(\d+)/.exec(info)![1])
    // Half of what the data takes must go, over and over, as more comes in.
    const empty = Number(/used_memory_startup:(\d+)/.exec(info)![1])
    await tellRedis(redis.port, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random'])
    await tellRedis(redis.port, ['CONFIG', 'SET', 'maxmemory', Math.round(empty + (used - empty) * 0.7)])
    await sleep(dice.between(300, 2_500))
    await tellRedis(redis.port, ['CONFIG', 'SET', 'maxmemory', 0])
  },
  'restarted with nothing': restarted('nothing'),
  'restarted with older data': restarted('kept'),
}

/** Those that do so to the workers whose way leads through a proxy. */
const forProxied: Readonly<Record<string, Play>> = {
  'requests held back': proxied('requests'),
  'replies held back': proxied('replies'),
  'both directions held back': proxied('both'),
  async 'requests delivered after their senders began anew'({ proxies }, dice) {
    const requests = dice.pick(proxies).keepRequests()
    await sleep(dice.between(20, 300))
    requests.part()
    await sleep(dice.between(200, 2_000))
    await requests.deliver()
  },
  async 'connections refused'({ proxies }, dice) {
    const proxy = dice.pick(proxies)
    proxy.refuse(true)
    proxy.cut()
    await sleep(dice.between(100, 3_500))
    proxy.refuse(false)
  },
}

/** Those through which all guarantees hold as ever. */
const forNone: Readonly<Record<string, Play>> = {
  async 'everything flushed'({ redis }) {
    await tellRedis(redis.port, ['FLUSHALL'])
  },
  async 'scripts flushed'({ redis }) {
    await tellRedis(redis.port, ['SCRIPT', 'FLUSH'])
  },
  'a worker killed': ({ replaceWorker }) => replaceWorker(),
  'a worker frozen': ({ freezeWorker }, dice) => freezeWorker(dice.between(200, 3_500)),
}

/** Whom a fault keeps from relying on Redis. */
export type Reach = 'all' | 'proxied' | 'none'

export interface Fault {
  name: string
  reach: Reach
  play: Play
}

export const faults: readonly Fault[] = [
  ...listed(forAll, 'all'),
  ...listed(forProxied, 'proxied'),
  ...listed(forNone, 'none'),
]

function listed(plays: Readonly<Record<string, Play>>, reach: Reach): Fault[] {
  return Object.entries(plays).map(([name, play]) => ({ name, reach, play }))
}

async function kill(port: number): Promise<void> {
  await tellRedis(port, ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
}

/** It may have been our own connection that was killed. */
function ownEnd(): void {}
