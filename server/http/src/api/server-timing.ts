import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatTraceparent, parseTraceparent } from '@hotpath/core'
import { headersOf } from '../arriving-request.ts'
import type { RequestHead } from '../request-head.ts'
import { createSecretCheck } from '../secret-check.ts'
import { beforeHead } from './before-head.ts'
import type { Stage } from './stage.ts'

export interface ServerTimingOptions {
  /**
   * Who is told how long an answer took and where it came from: nobody else should, for it says what is cached and what
   * is slow. `same-origin`: pages of this very site, as browsers say it (Fetch Metadata); `token`: whoever sends
   * `Server-Timing-Token`; `always` is for development.
   */
  allow: 'same-origin' | 'always' | { token: string } | ((request: RequestHead) => boolean)
  /** The channel of finished database statements, whose messages hold `durationMs`. @default 'hotpath:postgres:statement' */
  statements?: string
  /** Milliseconds of a monotonic clock. @default performance.now */
  now?: () => number
  /** Bytes of a trace id. @default from node:crypto */
  random?: (bytes: number) => Buffer
}

/** Tells allowed clients in Server-Timing: cache, handler, database, total and the trace. */
export interface ServerTiming {
  /** Before the HTTP cache. Answers to allowed clients are written without the prepared buffer. */
  readonly front: Stage
  /** Whether the front has anything to tell the client of a request. */
  tells(request: RequestHead): boolean
  /** Just before the handler, so that its time can be told from that of the layer. */
  readonly handler: Stage
  close(): void
}

/** What is known of one request that is timed. */
interface Timed {
  readonly startedAt: number
  handlerAt: number | undefined
  databaseMs: number
  statements: number
  readonly traceId: string
}

/** Begins to listen for statements. */
export function createServerTiming(options: ServerTimingOptions): ServerTiming {
  const {
    statements = 'hotpath:postgres:statement',
    now = () => performance.now(),
    random = randomBytes,
  } = options
  const isAllowed = readAllow(options.allow)
  const current = new AsyncLocalStorage<Timed>()
  const heard = (message: unknown): void => {
    const timed = current.getStore()
    if (!timed) return
    timed.databaseMs += (message as { durationMs: number }).durationMs
    timed.statements += 1
  }

  subscribe(statements, heard)
  return {
    front: (next) => (request, response) => {
      if (!isAllowed(request)) return next(request, response)
      const traceId = traceIdOf(request, random)
      const timed: Timed = { startedAt: now(), handlerAt: undefined, databaseMs: 0, statements: 0, traceId }
      beforeHead(response, (head) => tell(head, timed, now()))
      current.run(timed, next, request, response)
    },
    tells: isAllowed,
    handler: (next) => (request, response) => {
      const timed = current.getStore()
      if (timed) timed.handlerAt ??= now()
      next(request, response)
    },
    close: () => void unsubscribe(statements, heard),
  }
}

function tell(response: ServerResponse, timed: Timed, at: number): void {
  const { startedAt, handlerAt, databaseMs, statements, traceId } = timed
  const said = [response.getHeader('server-timing') ?? []].flat().map(String)
  if (said.some((line) => line.includes(traceId))) return
  const parts = [`cache;desc="${cacheTier(response)}"`]
  if (handlerAt !== undefined) parts.push(`app;dur=${rounded(at - handlerAt)}`)
  if (statements > 0) parts.push(`db;dur=${rounded(databaseMs)};desc="${statements}"`)
  parts.push(`total;dur=${rounded(at - startedAt)}`, `trace;desc="${traceId}"`)
  response.setHeader('Server-Timing', [...said, ...parts].join(', '))
}

/** What our own member of Cache-Status (RFC 9211) says: `hit`, `stale`, `miss`, … */
function cacheTier(response: ServerResponse): string {
  const status = [response.getHeader('cache-status') ?? []].flat().map(String).join(', ')
  const own = /(?:^|,\s*)hotpath;([^,]*)/.exec(status)?.[1] ?? ''
  if (/\bhit\b/.test(own)) return /\bttl=-/.test(own) ? 'stale' : 'hit'
  if (/\bcollapsed\b/.test(own)) return 'collapsed'
  return /\bfwd=([a-z-]+)/.exec(own)?.[1] ?? 'off'
}

const rounded = (ms: number): string => String(Math.round(ms * 100) / 100)

/**
 * The id that W3C Trace Context names, or a new one. The request carries it on, so that what the handler logs or asks
 * for belongs to the same trace.
 */
function traceIdOf({ headers }: IncomingMessage, random: (bytes: number) => Buffer): string {
  const given = parseTraceparent(headers['traceparent'])
  if (given) return given.traceId
  const id = random(16).toString('hex')
  headers['traceparent'] = formatTraceparent({
    traceId: id,
    spanId: random(8).toString('hex'),
    isSampled: false,
  })
  return id
}

function readAllow(allow: ServerTimingOptions['allow']): (request: RequestHead) => boolean {
  if (typeof allow === 'function') return allow
  if (allow === 'always') return () => true
  if (allow === 'same-origin') return (request) => isSameOrigin(headersOf(request)['sec-fetch-site'])
  const isToken = createSecretCheck(allow.token)
  return (request) => isToken(headersOf(request)['server-timing-token'])
}

/** `none` is the address typed in, or a bookmark. */
const isSameOrigin = (site: unknown) => site === 'same-origin' || site === 'none'
