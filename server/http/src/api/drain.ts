import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { type Clock, type Duration, parseDuration } from '@hotpath/core'
import type { AnyServer } from '../servers.ts'
import type { Stage } from './stage.ts'

export interface DrainOptions {
  /**
   * How long requests are still taken in after readiness began to say no: load balancers need that time to notice.
   * @default '5s', and nothing where nobody follows readiness: fewer than two probes in the last minute
   */
  propagation?: Duration
  /** From the beginning until what is still in flight is cut off; less than what kills the process. @default '25s' */
  grace?: Duration
  /** @default Date.now */
  clock?: Clock
}

/** How a drain ended. */
export interface Drained {
  /** Connections that were cut off at the end of the grace; 0 when all finished. */
  cut: number
}

/** Takes servers out of service without refusing or cutting anything that a load balancer sends meanwhile. */
export interface Drain {
  /** Says `Connection: close` in every answer from the beginning of the drain. Costs one check before it. */
  readonly stage: Stage
  /** A server that the drain will close; before it listens or after. */
  add(server: AnyServer): void
  /** A load balancer asked whether the process is ready; what to answer. */
  probed(): boolean
  isDraining(): boolean
  /** Aborts when the drain begins: the moment to end event streams and WebSockets. */
  readonly signal: AbortSignal
  /**
   * Readiness says no → requests are taken in for the propagation time, and what came by then → servers stop listening → what is in flight
   * ends → idle connections are closed. Calls after the first return the same promise; it never rejects.
   */
  begin(): Promise<Drained>
}

interface Session {
  close(): void
  once(event: 'close', listener: () => void): unknown
}

export const drainDefaults = { propagation: '5s', grace: '25s' } as const satisfies DrainOptions

/** Probes within this time show that somebody follows readiness. Milliseconds. */
const followedMs = 60_000
/** Turns of the event loop at most in which what came before the end of the propagation is taken in. */
const mostTurns = 50
/** Between two looks for connections that have become idle, in milliseconds. */
const idleCheckMs = 25

/**
 * Prepares a drain. Node's own `server.close()` leaves a connection open that is busy at that moment and kept alive
 * after it, so that a process may wait for as long as a client likes.
 * @throws HP_DURATION_INVALID
 */
export function createDrain(options: DrainOptions = {}): Drain {
  const { clock = Date.now } = options
  const propagationMs = parseDuration(options.propagation ?? drainDefaults.propagation)
  const graceMs = parseDuration(options.grace ?? drainDefaults.grace)
  const waitsAnyway = options.propagation !== undefined
  const servers = new Set<AnyServer>()
  const sockets = new Set<Socket>()
  const sessions = new Set<Session>()
  const begun = new AbortController()
  let probes: readonly number[] = []
  let isDraining = false
  /** Connections, and requests since the drain began. */
  let arrived = 0
  let ended: Promise<Drained> | undefined

  function add(server: AnyServer): void {
    if (servers.has(server)) return
    servers.add(server)
    const keep = (socket: Socket) => {
      arrived += 1
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    // Only the server of HTTP/2 has sessions; their types differ more than they do.
    const events: EventEmitter = server
    events.on('connection', keep)
    events.on('session', (session: Session) => {
      sessions.add(session)
      session.once('close', () => sessions.delete(session))
    })
  }

  async function drain(): Promise<Drained> {
    isDraining = true
    begun.abort()
    const isFollowed = probes.length === 2 && clock() - probes[0]! < followedMs
    if (waitsAnyway || isFollowed) await wait(Math.min(propagationMs, graceMs))
    await takeIn()
    const left = waitsAnyway || isFollowed ? Math.max(0, graceMs - propagationMs) : graceMs
    const hasEnded = Promise.all(Array.from(servers, closed)).then(() => true)
    for (const session of sessions) session.close()
    const hurrying = setInterval(closeIdle, idleCheckMs)
    const deadline = new AbortController()
    const isInTime = await Promise.race([hasEnded, wait(left, false, { signal: deadline.signal })])
    deadline.abort()
    clearInterval(hurrying)
    // One that was closed as idle a moment ago is still among them, and was not cut.
    const cut = isInTime ? 0 : Array.from(sockets).filter(({ destroyed }) => !destroyed).length
    for (const socket of sockets) socket.destroy()
    return { cut }
  }

  /**
   * After a pause of the process the timer is served before the sockets: connections wait to be accepted, and requests
   * to be read, that a close would reset.
   */
  async function takeIn(): Promise<void> {
    let before = -1
    for (let turn = 0; turn < mostTurns && before !== arrived; turn++) {
      before = arrived
      await nextTurn()
    }
  }

  function closeIdle(): void {
    for (const server of servers) if ('closeIdleConnections' in server) server.closeIdleConnections()
    // To Node one that was opened in advance is busy until its first request.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  return {
    add,
    stage: (next) => (request, response) => {
      if (isDraining) {
        arrived += 1
        // Node then says so in the head, and ends the connection after the answer.
        response.shouldKeepAlive = false
      }
      next(request, response)
    },
    probed() {
      probes = [...probes.slice(-1), clock()]
      return !isDraining
    },
    isDraining: () => isDraining,
    signal: begun.signal,
    begin: () => (ended ??= drain()),
  }
}

/** Resolves when a server has closed; one that never listened, or was closed by another, has. */
function closed(server: AnyServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
