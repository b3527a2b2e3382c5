import type { IncomingMessage, ServerResponse } from 'node:http'
import { notModified } from './conditional.ts'
import { isPreparable, writePrepared } from './prepared-writer.ts'
import type { PreparedHead } from './representation.ts'
import { type StoredResponse, headAt } from './stored-response.ts'

/** How a stored response is written. */
export interface WriteOptions {
  readonly stored: StoredResponse
  readonly now: number
  /** What to say in Cache-Status instead of a hit. */
  readonly cacheStatus?: string
  /** Whether head and body may be written in one prepared piece. @default false */
  readonly prepares?: boolean
}

/**
 * Answers a request with a stored response: 304 when the client already has it, the head alone for HEAD. Returns the
 * body bytes sent.
 */
export function writeStored(
  request: IncomingMessage,
  response: ServerResponse,
  { stored, now, cacheStatus, prepares }: WriteOptions,
): number {
  if (clientHas(request, stored)) {
    response.writeHead(304, linesFor(stored, stored.identity.notModified, { now, cacheStatus }))
    response.end()
    return 0
  }
  if (prepares && cacheStatus === undefined && isPreparable(request, response, stored)) {
    writePrepared(response, stored, { form: stored.identity, now })
    return stored.identity.body.length
  }
  if (stored.statusMessage !== '') response.statusMessage = stored.statusMessage
  response.writeHead(stored.status, linesFor(stored, stored.identity.full, { now, cacheStatus }))
  if (request.method === 'HEAD' || stored.status === 204) {
    response.end()
    return 0
  }
  response.end(stored.identity.body)
  return stored.identity.body.length
}

/** Conditions are about successful answers only (RFC 9110 §13.2.1). */
function clientHas(request: IncomingMessage, { status, validators }: StoredResponse): boolean {
  if (status !== 200 && status !== 203) return false
  const { headers } = request
  const ifNoneMatch = headers['if-none-match']
  const ifModifiedSince = headers['if-modified-since']
  if (ifNoneMatch === undefined && ifModifiedSince === undefined) return false
  return notModified({ ifNoneMatch, ifModifiedSince }, validators)
}

function linesFor(
  stored: StoredResponse,
  head: PreparedHead,
  { now, cacheStatus }: { now: number; cacheStatus: string | undefined },
): string[] {
  const lines = headAt(stored, head, now) as string[]
  if (cacheStatus === undefined) return lines
  const own = [...lines]
  own[own.length - 1] = cacheStatus
  return own
}
