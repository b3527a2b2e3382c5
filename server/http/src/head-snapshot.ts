import type { OutgoingHttpHeader, ServerResponse } from 'node:http'
import { isReasonPhrase } from './reason-phrase.ts'

/** The head of a response at one moment. */
export interface HeadSnapshot {
  readonly status: number
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, OutgoingHttpHeader | undefined>>
}

/**
 * Keeps the head as the handler made it, before the cache writes into it; null where Node has nothing to refuse in it:
 * then it will not have to be put back.
 */
export function snapshotHead(response: ServerResponse): HeadSnapshot | null {
  const { statusCode, statusMessage } = response
  const isUsual = Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 999
  const isSaid = statusMessage === undefined || isReasonPhrase(statusMessage)
  if (isUsual && isSaid && !response.hasHeader('trailer')) return null
  return {
    status: response.statusCode,
    statusMessage: response.statusMessage,
    headers: response.getHeaders(),
  }
}

/**
 * Puts a head back that could not be sent: whatever the handler answers instead must not carry what the cache said of
 * the answer that failed.
 */
export function restoreHead(
  response: ServerResponse,
  { status, statusMessage, headers }: HeadSnapshot,
): void {
  response.statusCode = status
  response.statusMessage = statusMessage
  for (const name of response.getHeaderNames()) if (headers[name] === undefined) response.removeHeader(name)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && response.getHeader(name) !== value) response.setHeader(name, value)
  }
}
