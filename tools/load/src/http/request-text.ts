import type { Step } from '../scenario/step.ts'

/** A request as it is written to a connection. */
export interface RequestText {
  /** Request line and fields, in latin1. */
  head: string
  body: string | Buffer | null
}

export interface RequestOptions {
  /** Name, value, name, value… */
  headers: readonly string[]
  /** For a request that names no other. */
  host: string
  /** Asks the server to close the connection after the answer. */
  isLast: boolean
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const badValue = /[^\t\x20-\x7e\x80-\xff]/
const badTarget = /[^\x21-\x7e\x80-\xff]/
/** Methods whose requests have a length even when they have no body (RFC 9110 §8.6). */
const expectBody = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])
/** What a connection does is not a scenario's to say: answers could no longer be told from each other. */
const ofConnection = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect'])

/** Writes a request down (RFC 9112 §3), or says why that cannot be: `invalid …`. */
export function requestText(
  { method, path, body }: Pick<Step, 'method' | 'path' | 'body'>,
  options: RequestOptions,
): RequestText | string {
  if (!token.test(method)) return 'invalid method'
  if (!path.startsWith('/') || badTarget.test(path)) return 'invalid path'
  const { headers } = options
  const length = body === null ? 0 : Buffer.byteLength(body)
  let { host, isLast } = options
  let fields = ''
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!
    const value = headers[index + 1]!
    const known = name.toLowerCase()
    if (!token.test(name) || badValue.test(value) || ofConnection.has(known)) return `invalid header ${known}`
    if (known === 'host') host = value
    else if (known === 'connection') isLast ||= /(?:^|,)\s*close\s*(?:,|$)/i.test(value)
    else if (known === 'content-length') {
      if (Number(value) !== length) return 'invalid header content-length'
    } else fields += `${name}: ${value}\r\n`
  }
  const connection = isLast ? 'close' : 'keep-alive'
  const counted = length > 0 || expectBody.has(method) ? `content-length: ${length}\r\n` : ''
  return {
    head: `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n${fields}${counted}\r\n`,
    body: length > 0 ? body : null,
  }
}
