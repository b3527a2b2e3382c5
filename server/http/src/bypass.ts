import { hasStreamBody } from './http2.ts'
import type { RequestHead } from './request-head.ts'

/** Why a GET or HEAD is none of the cache's business, as a token for Cache-Status; undefined when it is. */
export function bypassReason(request: RequestHead): string | undefined {
  const { headers } = request
  // Conditions that only the origin can judge.
  if (headers['if-match'] !== undefined) return 'if-match'
  if (headers['if-unmodified-since'] !== undefined) return 'if-unmodified-since'
  // A body may change the answer, and is no part of the key.
  if (headers['transfer-encoding'] !== undefined) return 'request-body'
  if (headers['content-length'] !== undefined && headers['content-length'] !== '0') return 'request-body'
  if (request.httpVersionMajor > 1 && hasStreamBody(request)) return 'request-body'
  // An event stream never ends: nobody could wait for it.
  if (headers.accept?.includes('text/event-stream')) return 'event-stream'
  return undefined
}
