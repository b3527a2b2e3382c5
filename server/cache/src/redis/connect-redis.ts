import { cacheErrors } from '../errors.ts'
import type { RedisEvents, RedisPort } from '../shared/port.ts'
import { readAddresses, type RedisAddress } from './address.ts'
import type { ConnectionId, TlsOptions } from './one-connection.ts'
import { openSession, type Session, type SessionEnd } from './session.ts'

export interface ConnectRedisOptions {
  /**
   * `redis://user:password@host:port/database`, or `rediss://` for TLS. Several, separated by commas, are tried in
   * turn: nodes of a cluster, or a primary and those that may take its place.
   */
  url: string
  /** How long an answer may take, in milliseconds. @default 1000 */
  commandTimeout?: number
  /** How long connecting may take until the first command, in milliseconds. @default 2000 */
  connectTimeout?: number
  /** For rediss://: how to check the certificate. @default as Node does */
  tls?: TlsOptions
  /** Whether to ask for change notices. @default true */
  tracking?: boolean
  /** Spreads reconnects of many processes. @default Math.random */
  random?: () => number
}

/** Milliseconds between two attempts to connect: at first, and at most. */
const shortestWait = 20
const longestWait = 500

/**
 * The connection to a real Redis (6 or newer, Valkey; older ones work without change notices). All keys used over it
 * share one slot, so in a cluster it is a connection to the node that has that slot, found by Redis' own redirections.
 * After `close()` nothing is told any more.
 * @throws HP_CACHE_REDIS_URL_INVALID
 */
export function connectRedis(options: ConnectRedisOptions): RedisPort {
  const { commandTimeout = 1000, connectTimeout = 2000, tls = {}, random = Math.random } = options
  const { tracking: wantsNotices = true } = options
  const seeds = readAddresses(options.url)
  let target: RedisAddress = seeds[0]
  let problem = 'it is still connecting'
  let session: Session | undefined
  let predecessor: ConnectionId | undefined
  let isReady = false
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let nextSeed = 1
  /** Attempts since Redis last did what it was asked. */
  let failures = 0

  function open(trackedPrefix: string, events: RedisEvents, tracking: boolean): void {
    const how = { address: target, tracking, trackedPrefix, commandTimeout, connectTimeout, tls, predecessor }
    session = openSession(how, {
      ready(id) {
        isReady = true
        predecessor = id
        events.ready({ tracking, runId: id.runId })
      },
      changed: (key) => events.changed(key),
      answered: () => (failures = 0),
      ended(end) {
        const wasReady = isReady
        isReady = false
        session = undefined
        problem = end.reason
        target = whereNext(end)
        const wait = (end.moved || end.untracked) && failures === 0 ? 0 : backOff(failures, random())
        failures++
        timer = setTimeout(() => open(trackedPrefix, events, wantsNotices && !end.untracked), wait)
        if (wasReady) events.lost(end.reason)
        else events.failed(end.reason)
      },
    })
  }

  function whereNext({ moved, untracked }: SessionEnd): RedisAddress {
    if (moved) return { ...target, host: moved.host || target.host, port: moved.port }
    return untracked ? target : seeds[nextSeed++ % seeds.length]!
  }

  const unreachable = (): Promise<never> =>
    Promise.reject(cacheErrors.HP_CACHE_REDIS_UNREACHABLE({ problem }))

  return {
    start(trackedPrefix, events) {
      timer = setTimeout(() => open(trackedPrefix, events, wantsNotices), 0)
    },
    command: (words) => (session && isReady ? session.command(words) : unreachable()),
    script: (name, keys, words) => (session && isReady ? session.script(name, keys, words) : unreachable()),
    async close() {
      if (closed) return
      closed = true
      isReady = false
      problem = 'the connection was closed'
      clearTimeout(timer)
      const last = session
      session = undefined
      await last?.close()
    },
  }
}

/** Milliseconds until the next attempt: doubling, and somewhere between the shortest and that. */
export function backOff(failures: number, random: number): number {
  const longest = Math.min(longestWait, shortestWait * 2 ** failures)
  return Math.round(shortestWait + random * (longest - shortestWait))
}
