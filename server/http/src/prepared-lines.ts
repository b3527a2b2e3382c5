import { STATUS_CODES } from 'node:http'
import { hitStatus } from './cache-status.ts'
import { ageSeconds, type StoredResponse, ttlSeconds } from './stored-response.ts'

/** What a server says of connections that go on. */
export interface KeepAlive {
  /** Milliseconds; 0 says nothing of it. */
  readonly keepAliveTimeout: number
  /** 0 for no bound. */
  readonly maxRequests: number
}

/** What differs between two answers with the same stored response. */
export interface Moment extends KeepAlive {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Lines that a stage before the cache adds, each with its line end; empty for none. */
  readonly outer: string
}

/** The lines of one answer that differ: by the request, the moment and the connection. */
export function frontLines(stored: StoredResponse, moment: Moment): string {
  const { now, outer } = moment
  const { status } = stored
  const said = hitStatus(ttlSeconds(stored, now))
  return `${status === 200 ? okLine : statusLine(status)}${outer}Age: ${ageSeconds(stored, now)}\r\nCache-Status: ${said}\r\n${connectionLines(moment)}`
}

/** `HTTP/1.1 304 Not Modified`, with its line end. */
export const statusLine = (status: number): string =>
  `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
const okLine = statusLine(200)

let linesFor = { keepAliveTimeout: -1, maxRequests: -1, lines: '' }

/** What Node says of a connection that goes on; mostly of one server, so that the last is remembered. */
export function connectionLines({ keepAliveTimeout, maxRequests }: KeepAlive): string {
  if (linesFor.keepAliveTimeout !== keepAliveTimeout || linesFor.maxRequests !== maxRequests) {
    const max = maxRequests > 0 ? `, max=${maxRequests}` : ''
    const keepAlive = `Keep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}${max}\r\n`
    const lines = `Connection: keep-alive\r\n${keepAliveTimeout > 0 ? keepAlive : ''}`
    linesFor = { keepAliveTimeout, maxRequests, lines }
  }
  return linesFor.lines
}
