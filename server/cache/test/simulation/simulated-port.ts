import { cacheErrors } from '../../src/errors.ts'
import type { RedisEvents, RedisPort, RedisReply } from '../../src/shared/port.ts'
import type { Host } from './host.ts'
import { createLink, type Link } from './link.ts'
import type { Message, Request, SimulatedRedis } from './simulated-redis.ts'
import type { VirtualTime, VirtualTimer } from './virtual-time.ts'

export interface SimulatedPortOptions {
  time: VirtualTime
  host: Host
  server: SimulatedRedis
  random: () => number
  /** In milliseconds. */
  commandTimeout: number
  /** One way over the network, in milliseconds. */
  latency: () => number
}

export interface SimulatedPort extends RedisPort {
  /** Ends the connection; the process hears of it `noticedAfter` milliseconds later. */
  drop(options: { noticedAfter: number; loseSent: boolean }): void
  /** Nothing arrives in these directions for `ms`. */
  stall(directions: { up: boolean; down: boolean }, ms: number): void
  /** The next notices arrive twice. */
  duplicate(notices: number): void
  isReady(): boolean
  /** The process has been told that there is no connection, or that nothing is answered. */
  isKnownToBeAway(): boolean
  /** The process is gone: what it sent may still arrive, and nobody hears of anything. */
  abandon(): void
  /** The last moment at which commands or notices may have been held back or lost, in virtual milliseconds. */
  lastDisturbed(): number
}

interface Pending {
  resolve(reply: RedisReply): void
  reject(error: Error): void
  sentAt: number
  isDone: boolean
}

/** A RedisPort over a simulated network. */
export function createSimulatedPort(options: SimulatedPortOptions): SimulatedPort {
  const { time, host, server, random, commandTimeout, latency } = options
  let prefix = ''
  let events: RedisEvents | undefined
  let link: Link | undefined
  let state: 'connecting' | 'ready' | 'closed' = 'connecting'
  let pending: Pending[] = []
  let timeoutTimer: VirtualTimer | undefined
  let retry: VirtualTimer | undefined
  let attempts = 0
  let duplicates = 0
  let disturbedUntil = 0
  let hasBeenReady = false
  /** A command timed out, and nothing was answered since. */
  let isSilent = false

  function connect(): void {
    const mine = createLink({
      time,
      host,
      server,
      latency,
      take: (message) => {
        if (link === mine) take(message)
      },
      gone: (reason) => {
        if (link === mine) disconnected(reason)
      },
    })
    link = mine
    mine.send({ kind: 'track', prefix })
    // A handshake that is not answered is given up like a command.
    retry = host.timers.setTimeout(() => disconnected('the handshake timed out'), commandTimeout)
  }

  function disconnected(reason: string): void {
    const wasReady = state === 'ready'
    const left = pending
    link?.close()
    link = undefined
    pending = []
    state = 'connecting'
    disturbedUntil = Math.max(disturbedUntil, time.now())
    if (retry !== undefined) host.timers.clearTimeout(retry)
    const backOff = Math.min(500, 20 * 2 ** Math.min(5, attempts++)) * (0.5 + random() / 2)
    retry = host.timers.setTimeout(connect, backOff)
    if (wasReady) events?.lost(reason)
    for (const command of left) finish(command, () => command.reject(unreachable(reason)))
  }

  function finish(command: Pending, settle: () => void): void {
    if (command.isDone) return
    command.isDone = true
    settle()
  }

  function take(message: Message): void {
    if (message.kind === 'tracking') {
      if (retry !== undefined) host.timers.clearTimeout(retry)
      attempts = 0
      state = 'ready'
      hasBeenReady = true
      isSilent = false
      disturbedUntil = Math.max(disturbedUntil, time.now())
      events?.ready({ tracking: message.tracking, runId: message.runId })
      return
    }
    if (message.kind === 'notice') {
      // What changed before `ready` is nobody's concern.
      if (state !== 'ready') return
      hear(message.keys)
      if (duplicates > 0) {
        duplicates -= 1
        hear(message.keys)
      }
      return
    }
    isSilent = false
    const command = pending.shift()
    if (command === undefined) throw new Error('a reply that nobody waits for')
    finish(command, () => {
      if (message.kind === 'reply') command.resolve(message.reply)
      else command.reject(refused(message.words))
    })
  }

  function hear(keys: readonly string[] | null): void {
    if (keys === null) events?.changed(null)
    else for (const key of keys) events?.changed(key)
  }

  function send(request: Request): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      if (state !== 'ready') {
        reject(unreachable(state === 'closed' ? 'it was closed' : 'there is no connection'))
        return
      }
      pending.push({ resolve, reject, sentAt: host.clock(), isDone: false })
      link!.send(request)
      watchTimeouts()
    })
  }

  /** One timer, for the oldest command that waits. */
  function watchTimeouts(): void {
    if (timeoutTimer !== undefined) return
    const oldest = pending.find((command) => !command.isDone)
    if (oldest === undefined) return
    const left = oldest.sentAt + commandTimeout - host.clock()
    timeoutTimer = host.timers.setTimeout(() => {
      timeoutTimer = undefined
      for (const command of pending) {
        if (host.clock() < command.sentAt + commandTimeout) break
        const error = cacheErrors.HP_CACHE_REDIS_TIMEOUT({ address, waited: commandTimeout })
        isSilent = true
        finish(command, () => command.reject(error))
      }
      watchTimeouts()
    }, left)
  }

  return {
    start(trackedPrefix, listeners) {
      prefix = trackedPrefix
      events = listeners
      connect()
    },
    command: (words) => send({ kind: 'command', words }),
    script: (name, keys, words) => send({ kind: 'script', name, keys, words }),
    close() {
      state = 'closed'
      link?.close()
      link = undefined
      const left = pending
      pending = []
      for (const timer of [retry, timeoutTimer]) if (timer !== undefined) host.timers.clearTimeout(timer)
      for (const command of left) finish(command, () => command.reject(unreachable('it was closed')))
      return Promise.resolve()
    },
    drop({ noticedAfter, loseSent }) {
      disturbedUntil = Math.max(disturbedUntil, time.now() + noticedAfter)
      link?.drop({ noticedAfter, loseSent })
    },
    stall(directions, ms) {
      disturbedUntil = Math.max(disturbedUntil, time.now() + ms)
      link?.stall(directions, ms)
    },
    duplicate: (notices) => void (duplicates += notices),
    abandon() {
      link?.close()
      link = undefined
    },
    isReady: () => state === 'ready',
    isKnownToBeAway: () => isSilent || (hasBeenReady && state !== 'ready'),
    lastDisturbed: () => (state === 'ready' ? disturbedUntil : Math.max(disturbedUntil, time.now())),
  }
}

const address = 'simulated:6379'
const unreachable = (problem: string) => cacheErrors.HP_CACHE_REDIS_UNREACHABLE({ problem })
const refused = (problem: string) =>
  cacheErrors.HP_CACHE_REDIS_REFUSED({ address, command: 'a command', problem })
