import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { HttpCache } from '@hotpath/http'
import { appErrors } from './errors.ts'
import { readJsonBody } from './json-body.ts'

/** A route whose cache is turned off or on. */
export interface RouteTurn {
  /** As declared: `GET /api/ballots/:id`. */
  route: string
  cache: 'on' | 'off'
}

/** Turns routes off and on, in all processes that run now. Nothing is kept: a process that starts has all of them on. */
export interface RouteTurns {
  /**
   * `processes` heard of it; null where Redis could not be asked, so that only this one knows.
   * @throws HP_ROUTE_UNKNOWN
   */
  turn(what: RouteTurn): Promise<{ processes: number | null }>
  close(): void
}

export interface RouteTurnsOptions {
  http: Pick<HttpCache, 'turn'>
  /** Names the application in Redis. */
  name: string
  /** Null where this process stands alone. */
  redisUrl: string | null
}

/** Between two attempts to connect, in milliseconds. */
const retryMs = 500

/** Begins to listen to what other processes turn. Redis that is away is connected to when it is back. */
export async function openRouteTurns({ http, name, redisUrl }: RouteTurnsOptions): Promise<RouteTurns> {
  const turnHere = ({ route, cache }: RouteTurn) => http.turn(route, cache === 'on')
  if (redisUrl === null) {
    return { turn: async (what) => (await turnHere(what), { processes: 1 }), close() {} }
  }
  const self = randomUUID()
  const channel = `hotpath:${name}:route-turns`
  const { createClient } = await import('redis')
  const client = createClient({
    // Of a cluster any node will do: it passes on to all of them what is published.
    url: redisUrl.split(',', 1)[0]!.trim(),
    // On its one connection it listens and speaks.
    RESP: 3,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: () => retryMs },
  })
  // `/ready` speaks of Redis.
  client.on('error', () => {})
  const heard = (message: string) => {
    const { from, ...what } = JSON.parse(message) as RouteTurn & { from: string }
    // Of another release, it may have routes that are none here.
    if (from !== self) void turnHere(what).catch(() => {})
  }
  client
    .connect()
    .then(() => client.subscribe(channel, heard))
    .catch(() => {})

  return {
    async turn(what) {
      await turnHere(what)
      const processes = await client
        .publish(channel, JSON.stringify({ ...what, from: self }))
        .catch(() => null)
      return { processes }
    },
    close: () => client.destroy(),
  }
}

/**
 * Reads the JSON body of such a request.
 * @throws HP_TURN_INVALID
 */
export async function readTurn(request: IncomingMessage): Promise<RouteTurn> {
  const refuse = (problem: string, cause?: unknown) => appErrors.HP_TURN_INVALID({ problem }, { cause })
  const { route, cache } = await readJsonBody(request, refuse)
  if (typeof route !== 'string' || route === '') throw refuse('"route" is no text')
  if (cache !== 'on' && cache !== 'off') throw refuse('"cache" is neither "on" nor "off"')
  return { route, cache }
}
