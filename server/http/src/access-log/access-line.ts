import { headersOf } from '../arriving-request.ts'
import type { HttpRequestMessage } from '../channels.ts'
import { peerOf } from '../peer.ts'

/** How a line of the access log is written. */
export type AccessFormat = 'combined' | 'json'

/** Longest target, referrer and user agent that are logged, in characters: clients choose them. */
const longest = 2_048

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What a line says of one finished request. */
interface AccessFacts {
  readonly address: string
  readonly target: string
  readonly protocol: string
  readonly referrer: string | undefined
  readonly agent: string | undefined
}

function factsOf({ request }: HttpRequestMessage): AccessFacts {
  const { httpVersion } = request
  const headers = headersOf(request)
  // Routers cut the part of the path off that they were mounted at.
  const target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/'
  return {
    address: peerOf(request) ?? '-',
    target: target.slice(0, longest),
    protocol: `HTTP/${httpVersion}`,
    referrer: headers.referer?.slice(0, longest),
    agent: headers['user-agent']?.slice(0, longest),
  }
}

/**
 * A line in the combined format that log readers know, with how the cache answered and how long it took after it:
 * `… "GET /a HTTP/1.1" 200 512 "-" "curl/8" hit 0.412`. `now` is in milliseconds since 1970; the line tells UTC.
 */
export function combinedLine(message: HttpRequestMessage, now: number): string {
  const { address, target, protocol, referrer, agent } = factsOf(message)
  const request = `${quotable(message.method)} ${quotable(target)} ${protocol}`
  const visitor = `"${quotable(referrer ?? '-')}" "${quotable(agent ?? '-')}"`
  const answer = `${message.status} ${message.bytes}`
  return `${address} - - [${timestamp(now)}] "${request}" ${answer} ${visitor} ${message.cache} ${message.durationMs.toFixed(3)}\n`
}

/** The same as one JSON document on a line, with the route. */
export function jsonLine(message: HttpRequestMessage, now: number): string {
  const { address, target, protocol, referrer, agent } = factsOf(message)
  const { method, route, status, bytes, cache } = message
  const line = {
    time: new Date(now).toISOString(),
    address,
    method,
    target,
    protocol,
    status,
    bytes,
    durationMs: Number(message.durationMs.toFixed(3)),
    cache,
    route,
    referrer,
    agent,
  }
  return `${JSON.stringify(line)}\n`
}

let stampedSecond = -1
let stamp = ''

/** 21/Nov/2026:07:45:55 +0000; made once a second. */
function timestamp(now: number): string {
  const second = Math.floor(now / 1000)
  if (second === stampedSecond) return stamp
  const date = new Date(second * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  stampedSecond = second
  stamp = `${day}:${time} +0000`
  return stamp
}

// oxlint-disable-next-line no-control-regex -- control characters are what must not reach a log.
const unquotable = /["\\\u0000-\u001f\u007f-\uffff]/g

/** Text between quotes, in which nothing ends the quotes or the line, or moves a terminal's cursor. */
function quotable(text: string): string {
  return text.replaceAll(unquotable, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
