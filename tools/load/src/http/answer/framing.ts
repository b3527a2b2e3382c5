import type { AnswerHead } from './head.ts'

/** How the end of an answer's body is found: by its length, by chunks, or by the end of the connection. */
export type Framing = number | 'chunked' | 'close'

/** RFC 9112 §6.3; null when the head says two things. */
export function framingOf(head: Readonly<AnswerHead>, isHead: boolean): Framing | null {
  const { status, contentLength, transferEncoding } = head
  if (transferEncoding !== null && contentLength !== null) return null
  if (isHead || status < 200 || status === 204 || status === 304) return 0
  if (transferEncoding !== null) return /(?:^|,)\s*chunked$/.test(transferEncoding) ? 'chunked' : 'close'
  return contentLength ?? 'close'
}

/** Whether the connection stays open after the answer (RFC 9112 §9.3). */
export function keepsAlive({ minor, connection }: Readonly<AnswerHead>, framing: Framing): boolean {
  if (framing === 'close') return false
  if (connection === '' || connection === 'keep-alive') return minor === 1 || connection !== ''
  const options = new Set(connection.split(',').map((option) => option.trim()))
  return !options.has('close') && (minor === 1 || options.has('keep-alive'))
}
