import type { Clock } from '@hotpath/core'
import { cacheErrors } from '../errors.ts'
import { reasonOf } from '../describe.ts'
import type { Trust } from '../tag-space.ts'
import { textOf } from './mark-values.ts'
import type { Names } from './names.ts'
import type { RedisPort, RedisReply, RedisWord } from './port.ts'
import { createRedisClock } from './redis-clock.ts'
import type { ScriptName } from './scripts.ts'
import type { Timers } from './timers.ts'

/** How long memory may be relied on after the last answered heartbeat was sent, in milliseconds. */
export const trustMs = 2_000
const beatMs = 500

export interface LinkOptions {
  port: RedisPort
  names: Names
  clock: Clock
  /** From 0 to below 1. */
  random: () => number
  timers: Timers
  /** Names this process among those of the fleet. */
  nodeId: string
  /** Go on with the epoch of another Redis, which may have lost acknowledged invalidations. */
  trustFailover: boolean
  /** How long to wait for the first connection, in milliseconds. */
  firstWaitMs: number
}

/** What hears of changes, told in the order of the wire. */
export interface LinkListener {
  /** A mark was changed by somebody. */
  changed(mark: string): void
  /** Nothing known is certain any more. */
  forget(): void
  /** Sends what Redis has not acknowledged yet; rejects if that fails. */
  resend(): Promise<void>
  /** Whether there is any of it: nothing that Redis says is to be relied on until it was sent. */
  owes(): boolean
}

/** What a script answered behind epoch, stamp and time, and what was known when it was sent. */
export interface Answer {
  rest: readonly RedisReply[]
  /** When it was sent, the turn and the generation of that moment. */
  sent: Moment
  epoch: string
  stamp: number
}

export interface Moment {
  at: number
  turn: number
  generation: number
}

/** The state of this process' only connection to Redis, and what follows from it for trust. */
export interface Link {
  readonly trust: Trust
  start(listener: LinkListener): void
  /** The highest stamp seen: everything up to it was done before now. */
  stamp(): number
  epoch(): string
  /** Nothing that is known is to be relied on any more: all of it is asked of Redis again. */
  forget(): void
  /** Redis no longer knows this epoch, so nothing that was stored in it is to be used. */
  epochEnded(ended: string): void
  /** Whether a command sent now can be expected to be answered. */
  reachable(): boolean
  /** Whether changes are told: otherwise marks have to be asked for at each read. */
  tracking(): boolean
  /** Waits for the first connection, not beyond its time; resolves at once later. */
  settled(): Promise<void>
  isSettled(): boolean
  moment(): Moment
  /** Rejects as RedisPort does, at once while there is no connection or the last command was not answered. */
  run(script: ScriptName, keys: readonly string[], words: readonly RedisWord[]): Promise<Answer>
  command(words: readonly RedisWord[]): Promise<RedisReply>
  /** The same, also before what is unsent was sent. */
  runNow(script: ScriptName, keys: readonly string[], words: readonly RedisWord[]): Promise<Answer>
  /** A fresh random name. */
  token(): string
  /** Milliseconds of Redis' clock, and back. */
  redisNow(): number
  toLocal(redisMs: number): number
  /** When something of a generation could last be relied on. */
  provedUntil(generation: number): number
  /** The turn in which the last connection began that could be relied on. */
  sessionTurn(): number
  holdLease(lease: string, value: string): void
  dropLease(lease: string, value: string): void
  unreachable(): Error
  close(): Promise<void>
}

/** Generations whose end is remembered. */
const mostGenerations = 100

export function createLink(options: LinkOptions): Link {
  const { port, names, clock, random, timers, nodeId } = options
  const trust: Trust = { generation: 0, until: -Infinity, turn: 0, forgotten: 0 }
  const ends = new Map<number, number>()
  const leases = new Map<string, string>()
  const redisClock = createRedisClock(clock)
  const first = Promise.withResolvers<void>()
  let listener: LinkListener
  let state: 'starting' | 'up' | 'down' | 'closed' = 'starting'
  let whyDown = 'the first connection is not made yet'
  let hasStalled = false
  let tracked = false
  let runId = ''
  let epoch = ''
  let stamp = 0
  let session = 0
  let lastBeat = -Infinity
  let sessionTurn = 0
  let beatTimer: unknown

  const token = () => Array.from({ length: 3 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('')
  const moment = (): Moment => ({ at: clock(), turn: trust.turn, generation: trust.generation })
  const isUsable = () => state === 'up' && !hasStalled && !listener.owes()
  const unreachable = () => cacheErrors.HP_CACHE_REDIS_UNREACHABLE({ problem: whyDown })

  function forget(): void {
    ends.set(trust.generation, lastBeat)
    for (const generation of ends.keys()) if (ends.size > mostGenerations) ends.delete(generation)
    trust.generation += 1
    trust.turn += 1
    trust.forgotten = trust.turn
    trust.until = -Infinity
    listener.forget()
  }

  /** What every script answers first. */
  function see([epochReply, stampReply, time, ...rest]: readonly RedisReply[], sent: Moment): Answer {
    const seen = { epoch: textOf(epochReply), stamp: Number(stampReply) }
    if (seen.epoch === epoch) {
      stamp = Math.max(stamp, seen.stamp)
    } else {
      ;({ epoch, stamp } = seen)
      forget()
      // Redis has lost what this process had said of itself.
      if (state === 'up') introduce('again').catch(() => {})
    }
    redisClock.told(Number(time), sent.at)
    return { rest, sent, ...seen }
  }

  async function send(script: ScriptName, keys: readonly string[], words: readonly RedisWord[]) {
    const sent = moment()
    const own = session
    try {
      const reply = (await port.script(script, keys, [token(), ...words])) as readonly RedisReply[]
      if (own === session) hasStalled = false
      return see(reply, sent)
    } catch (error) {
      stall(error, own)
      throw error
    }
  }

  /** After one command that was not answered, nobody else waits until one is. */
  function stall(error: unknown, of: number): void {
    if (of !== session) return
    whyDown = reasonOf(error)
    if ((error as { code?: string }).code === 'HP_CACHE_REDIS_TIMEOUT') hasStalled = true
  }

  const introduce = (when: 'first' | 'again') =>
    send('attach', [names.clock, names.nodes], [options.trustFailover ? '' : runId, nodeId, when])

  async function attach(): Promise<void> {
    const own = session
    try {
      await introduce('first')
      await listener.resend()
      if (own !== session) return
      state = 'up'
      sessionTurn = trust.forgotten
      await beat()
      first.resolve()
    } catch (error) {
      whyDown = reasonOf(error)
      if (own === session && state !== 'closed')
        timers.setTimeout(() => own === session && void attach(), beatMs)
    }
  }

  async function beat(): Promise<void> {
    const held = [...leases]
    const words = [nodeId, String(trustMs), ...held.map(([, value]) => value)]
    const { sent } = await send('beat', [names.clock, names.nodes, ...held.map(([lease]) => lease)], words)
    await listener.resend()
    redisClock.aged()
    prove(sent)
  }

  /** Redis answered: everything told before has been heard, and the fleet knows that this process lives. */
  function prove(sent: Moment): void {
    // Without tracking an answer says nothing of what changed before.
    if (sent.generation !== trust.generation || state !== 'up' || !tracked) return
    lastBeat = Math.max(lastBeat, sent.at)
    trust.until = lastBeat + trustMs
  }

  function beatForEver(): void {
    if (state === 'closed') return
    beatTimer = timers.setTimeout(() => {
      // A heartbeat that is not answered needs no handling: trust runs out by itself.
      const beaten = state === 'up' ? beat().catch(() => {}) : Promise.resolve()
      void beaten.then(beatForEver)
    }, beatMs)
  }

  return {
    trust,
    token,
    moment,
    unreachable,
    start(given) {
      listener = given
      port.start(names.marks, {
        ready(server) {
          session += 1
          tracked = server.tracking
          runId = server.runId
          hasStalled = false
          redisClock.restart()
          forget()
          void attach()
        },
        changed(key) {
          if (key === null) forget()
          else listener.changed(key)
        },
        failed(reason) {
          whyDown = reason
        },
        lost(reason) {
          session += 1
          if (state !== 'closed') state = 'down'
          whyDown = reason
          forget()
        },
      })
      timers.setTimeout(() => first.resolve(), options.firstWaitMs)
      beatForEver()
    },
    stamp: () => stamp,
    forget,
    epoch: () => epoch,
    epochEnded(ended) {
      if (ended !== epoch) return
      epoch = ''
      forget()
    },
    reachable: isUsable,
    tracking: () => tracked,
    isSettled: () => state !== 'starting',
    settled: () => (state === 'starting' ? first.promise : Promise.resolve()),
    async run(script, keys, words) {
      if (!isUsable()) throw unreachable()
      return send(script, keys, words)
    },
    runNow: send,
    async command(words) {
      if (!isUsable()) throw unreachable()
      const own = session
      return port.command(words).catch((error: unknown) => {
        stall(error, own)
        throw error
      })
    },
    redisNow: redisClock.now,
    toLocal: redisClock.toLocal,
    sessionTurn: () => sessionTurn,
    provedUntil: (generation) =>
      generation === trust.generation ? lastBeat : (ends.get(generation) ?? -Infinity),
    holdLease: (lease, value) => void leases.set(lease, value),
    dropLease(lease, value) {
      // By now another of this process' loads may hold it.
      if (leases.get(lease) === value) leases.delete(lease)
    },
    async close() {
      state = 'closed'
      session += 1
      whyDown = 'it was closed'
      timers.clearTimeout(beatTimer)
      first.resolve()
      trust.until = -Infinity
      // Nobody is to wait for what a closed process has heard.
      await port.command(['ZREM', names.nodes, nodeId]).catch(() => {})
      await port.close()
    },
  }
}
