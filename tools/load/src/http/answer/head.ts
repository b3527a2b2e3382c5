import type { IncomingHttpHeaders } from 'node:http'

/** The head of an answer (RFC 9112 §4, §5), its framing fields told apart. */
export interface AnswerHead {
  status: number
  /** The minor version: HTTP/1.0 or HTTP/1.1. */
  minor: 0 | 1
  /** Null when there is none. */
  contentLength: number | null
  /** In lower case; null when there is none. */
  transferEncoding: string | null
  /** In lower case; empty when there is none. */
  connection: string
  /** Of the field Keep-Alive, in seconds: how long the server keeps an idle connection. Null when it does not say. */
  keepAliveSeconds: number | null
}

/** Field lines as RFC 9110 §5 has them: no folding, no bare CR or LF, no control characters, no space before the colon. */
const fieldLines = "(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\\x20-\\x7e\\x80-\\xff]*)*"
const wholeHead = new RegExp(`^HTTP/1\\.[01] [1-9][0-9]{2}(?: [^\r\n]*)?${fieldLines}\r\n\r\n$`)
const wholeTrailers = new RegExp(`^${fieldLines}\r\n\r\n$`)

/**
 * Reads a head with its closing empty line; null when it is not well formed, or its framing is not sure. The last one is
 * remembered: a server that is asked over and over answers with the same head until its clock shows another second.
 */
export function readHead(text: string): Readonly<AnswerHead> | null {
  if (text !== lastText) {
    lastHead = parseHead(text)
    lastText = text
  }
  return lastHead
}

let lastText = ''
let lastHead: Readonly<AnswerHead> | null = null

function parseHead(text: string): AnswerHead | null {
  if (!wholeHead.test(text)) return null
  const head: AnswerHead = {
    status: Number(text.slice(9, 12)),
    minor: text.charCodeAt(7) === 0x30 ? 0 : 1,
    contentLength: null,
    transferEncoding: null,
    connection: '',
    keepAliveSeconds: null,
  }
  const end = text.length - 2
  for (let at = text.indexOf('\r\n') + 2; at < end;) {
    const colon = text.indexOf(':', at)
    const stop = text.indexOf('\r\n', colon)
    if (framingLengths.has(colon - at)) {
      const name = text.slice(at, colon).toLowerCase()
      if (!note(head, name, text.slice(colon + 1, stop).trim())) return null
    }
    at = stop + 2
  }
  return head
}

/** Most fields have nothing to do with framing; the length of their names tells. */
const framingLengths = new Set(
  ['connection', 'content-length', 'transfer-encoding'].map(({ length }) => length),
)

/** Gives whether the field leaves the framing sure. */
function note(head: AnswerHead, name: string, value: string): boolean {
  switch (name) {
    case 'connection':
      head.connection = joined(head.connection, value.toLowerCase())
      return true
    case 'keep-alive':
      head.keepAliveSeconds = secondsOf(value)
      return true
    case 'content-length':
      // A second length, even the same one, is what request smuggling is made of (RFC 9112 §6.3).
      if (head.contentLength !== null || !/^\d{1,15}$/.test(value)) return false
      head.contentLength = Number(value)
      return true
    case 'transfer-encoding':
      head.transferEncoding = joined(head.transferEncoding ?? '', value.toLowerCase())
      return value !== ''
    default:
      return true
  }
}

const joined = (before: string, value: string) => (before === '' ? value : `${before}, ${value}`)

function secondsOf(keepAlive: string): number | null {
  const timeout = /(?:^|[,\s])timeout=(\d{1,9})/i.exec(keepAlive)
  return timeout && Number(timeout[1])
}

/** All fields of a head that `readHead` has read: names in lower case; of a name that comes twice, a list. */
export function readFields(text: string): IncomingHttpHeaders {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const line of text.slice(text.indexOf('\r\n') + 2, -4).split('\r\n')) {
    if (line === '') continue
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = asText(line.slice(colon + 1).trim())
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (typeof before === 'string') fields[name] = [before, value]
    else before.push(value)
  }
  return fields
}

/** Bytes beyond ASCII are mostly UTF-8, whatever RFC 9110 §5.5 says of them. */
function asText(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8')
}

/** Whether a trailer section is well formed (RFC 9112 §7.1.2), from the end of the line before to its empty line. */
export function isTrailerSection(text: string): boolean {
  return wholeTrailers.test(text)
}
