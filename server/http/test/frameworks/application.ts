import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Route, RouteOptions } from '@hotpath/core'
import type { AnyServer, HttpCache } from '@hotpath/http'

/** What the contract's applications answer from, and are looked into by. */
export interface Application {
  /** Handler runs so far. */
  runs: number
  /** Awaited by `/slow/1` before it answers. */
  until: Promise<void>
  /** Whether `/flaky` and `/item/:id` fail. */
  isBroken: boolean
}

/** Makes the cache of an application, once its routes are declared. */
export type MakeCache = (routes: readonly Route[]) => HttpCache

/** One application, written for one framework, behind a cache. */
export interface Framework {
  name: string
  protocol: 'http/1.1' | 'h2c' | 'h2'
  build(application: Application, makeCache: MakeCache): Promise<AnyServer> | AnyServer
}

/** The options of the routes that are declared with the framework's own. */
export const options = {
  item: {
    fresh: '1m',
    stale: '1m',
    tags: ({ id }: { id: string }) => [`item:${id}`],
  },
  error: { fresh: '1m' },
  mine: { visibility: 'private' },
} as const satisfies Record<string, RouteOptions<'/item/:id'>>

export const cacheable = { 'cache-control': 'public, max-age=60' }
export const lasting = { 'cdn-cache-control': 'max-age=60, stale-if-error=600' }
export const chunks = ['one,', 'two,', 'three']

/** Larger than what streams buffer and what is written in one prepared piece. */
export const bigBody = (run: number): string => `${run}:${'0123456789abcdef'.repeat(20_000)}`

/** What depends on who asks, and says no more of it than that it may be kept for a minute. */
export const greeting = ({ headers }: { headers: IncomingMessage['headers'] }): string =>
  `for ${headers.authorization ?? headers.cookie ?? 'anybody'}`

/** Answers on Node's own response, which every framework lets a handler do: every form of head. */
export function answerRaw(request: IncomingMessage, response: ServerResponse, { runs }: Application): void {
  const run = String(runs)
  const form = request.url!.slice('/raw/'.length)
  const lines = Object.entries({ ...cacheable, 'X-Form': form })
  if (form === 'object') response.writeHead(200, Object.fromEntries(lines)).end(run)
  else if (form === 'flat') response.writeHead(200, lines.flat()).end(run)
  else if (form === 'pairs') response.writeHead(200, lines as never).end(run)
  else if (form === 'set') {
    for (const [name, value] of lines) response.setHeader(name, value)
    response.end(run)
  } else if (form === 'flushed') {
    for (const [name, value] of lines) response.setHeader(name, value)
    response.flushHeaders()
    response.write(run)
    response.end()
  } else if (form === 'hints') {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeHead(200, cacheable).end(run)
  } else {
    response.writeHead(200, { ...cacheable, Trailer: 'X-Sum' })
    response.write(run)
    response.addTrailers({ 'X-Sum': run })
    response.end()
  }
}
