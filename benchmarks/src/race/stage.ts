import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@hotpath/cache/local'
import { createClient } from 'redis'
import { startWorker, type Worker } from '../workers/start.ts'
import type { Entry } from './contestant.ts'
import type { ParticipantName } from './contestants/index.ts'
import { type Gate, openGate } from './gate.ts'
import type { NodeMethods, Outcome } from './node.ts'

/** A node with the gate on its way to Redis. */
export interface Player {
  node: Worker<NodeMethods>
  gate: Gate
  /** Begins a read that the origin answers with `value`. */
  begin(key: string, value: string, options?: { entry?: Entry; held?: boolean }): BegunRead
  /** The same, to its end. */
  read(key: string, value: string, entry?: Entry): Promise<Outcome>
}

export interface BegunRead {
  loading(): Promise<void>
  release(): Promise<void>
  finished(): Promise<Outcome>
}

/** A fresh Redis and as many processes as a race needs, all of one cache. */
export interface Stage extends AsyncDisposable {
  enter(options?: { skewMs?: number }): Promise<Player>
  redis: Awaited<ReturnType<typeof connectPlain>>
}

export async function openStage(participant: ParticipantName): Promise<Stage> {
  const stack = new AsyncDisposableStack()
  const server = await startRedis()
  stack.defer(() => server.stop())
  const redis = await connectPlain(server.url)
  stack.defer(() => redis.destroy())
  return {
    redis,
    async enter({ skewMs = 0 } = {}) {
      const gate = stack.use(await openGate(server.port))
      const options = { participant, redisUrl: gate.url, skewMs }
      const node = stack.use(await startWorker<NodeMethods>(new URL('node.ts', import.meta.url), options))
      return playerOf(node, gate)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const connectPlain = (url: string) => createClient({ url }).connect()

function playerOf(node: Worker<NodeMethods>, gate: Gate): Player {
  let reads = 0
  function begin(key: string, value: string, { entry = {}, held = false } = {}): BegunRead {
    const id = (reads += 1)
    const begun = node.call('begin', id, { key, value, entry, held })
    const ask = async <T>(call: () => Promise<T>) => {
      await begun
      return call()
    }
    return {
      loading: () => ask(() => node.call('loading', id)),
      release: () => ask(() => node.call('release', id)),
      finished: () => ask(() => node.call('finished', id)),
    }
  }
  return { node, gate, begin, read: (key, value, entry = {}) => begin(key, value, { entry }).finished() }
}

interface Expected {
  key: string
  /** What the origin says now. */
  value: string
  entry?: Entry
}

/** How long a cache has to come round before its answer counts as stale. */
const patienceMs = 3_000
/** After everything was let go: time for what runs in the background to be stored. */
const settleMs = 250

/** Whether every player comes to read what the origin says now, and does not fall back behind it. */
export async function allRead(players: readonly Player[], expected: Expected): Promise<boolean> {
  await sleep(settleMs)
  const answers = await Promise.all(players.map((player) => comesToRead(player, expected)))
  return answers.every(Boolean)
}

async function comesToRead(player: Player, { key, value, entry = {} }: Expected): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    const outcome = await player.read(key, value, entry)
    if ('value' in outcome && outcome.value === value) return true
    await sleep(20)
  }
  return false
}

/** Waits for a condition of the schedule; a race that cannot be set up must not be taken for won. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`The race was never set up: ${what}.`)
    await sleep(5)
  }
}
