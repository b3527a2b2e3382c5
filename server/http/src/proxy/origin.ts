import { isIP } from 'node:net'
import { type Duration, parseDuration } from '@hotpath/core'
import { type Dispatcher, Pool } from 'undici'
import { httpErrors } from '../errors.ts'

export interface OriginOptions {
  /** Most connections to it at once; further requests wait for one. @default 256 */
  connections?: number
  /** How long making a connection may take. @default '5s' */
  connectTimeout?: Duration
  /** How long the origin may take to begin its answer. @default '30s' */
  headersTimeout?: Duration
  /** How long it may be silent in the middle of its answer. @default '30s' */
  idleTimeout?: Duration
  /** How long an unused connection is kept, unless the origin says less. @default '4s' */
  keepAlive?: Duration
}

export const originDefaults = {
  connections: 256,
  connectTimeout: '5s',
  headersTimeout: '30s',
  idleTimeout: '30s',
  keepAlive: '4s',
} as const satisfies Required<OriginOptions>

/** Largest head of an answer, in bytes: what nginx and Varnish together would let pass. */
const maxHeadBytes = 64 * 1024

/** A request as it goes out. The name for TLS is the origin's own, whatever Host says. */
export type OriginRequest = Dispatcher.DispatchOptions & { servername?: string }

/** Where the proxy gets its answers: one scheme, host and port, over a pool of kept connections. */
export interface Origin {
  readonly url: URL
  /** As the origin wants to be called in Host. */
  readonly host: string
  dispatch(request: OriginRequest, handler: Dispatcher.DispatchHandler): void
  /** Waits for the answers under way, then lets the connections go. */
  close(): Promise<void>
  /** Cuts the connections. */
  destroy(): Promise<void>
}

/**
 * Opens the way to an origin; nothing is connected yet.
 * @throws HP_PROXY_ORIGIN_INVALID, HP_DURATION_INVALID
 */
export function openOrigin(address: string, options: OriginOptions = {}): Origin {
  const url = readOrigin(address)
  const given = { ...originDefaults, ...options }
  const pool = new Pool(url.origin, {
    connections: given.connections,
    connect: { timeout: parseDuration(given.connectTimeout) },
    headersTimeout: parseDuration(given.headersTimeout),
    bodyTimeout: parseDuration(given.idleTimeout),
    keepAliveTimeout: parseDuration(given.keepAlive),
    maxHeaderSize: maxHeadBytes,
    allowH2: false,
  })
  const servername = isIP(url.hostname.replaceAll(/[[\]]/g, '')) === 0 ? url.hostname : ''
  return {
    url,
    host: url.host,
    dispatch: (request, handler) => void pool.dispatch({ ...request, servername } as OriginRequest, handler),
    close: () => pool.close(),
    destroy: () => pool.destroy(),
  }
}

/**
 * Reads the address of an origin: `http://127.0.0.1:3000`, or with `127.0.0.1:3000` the same.
 * @throws HP_PROXY_ORIGIN_INVALID
 */
export function readOrigin(address: string): URL {
  const isBare = !/^[a-z][a-z\d+.-]*:\/\//i.test(address)
  const url = URL.parse(isBare ? `http://${address}` : address)
  const refuse = (problem: string) => httpErrors.HP_PROXY_ORIGIN_INVALID({ given: address, problem })
  if (url === null || url.hostname === '') throw refuse('it is no address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse(`it is of the kind ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or a password')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw refuse('it goes on after the host')
  return url
}
