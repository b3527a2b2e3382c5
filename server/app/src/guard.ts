import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What is known of a caller of `/_hotpath/` or `/metrics`. */
export interface Caller {
  /** The peer's address, as the socket has it. */
  address: string | undefined
  method: string
  headers: IncomingHttpHeaders
}

export type Admission = { admitted: true } | { admitted: false; status: 401 | 403; reason: string }

/** Headers that a proxy adds: with one of them the loopback peer is a proxy, not the person. */
const forwarding = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
]
const loopbackName = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Who may see the console, the JSON API and the metrics: whoever presents the token, and a person on this machine.
 * Local trust holds only for a loopback peer, without forwarding headers, who also addressed the server by a loopback
 * name (a page elsewhere whose name was rebound to 127.0.0.1 did not).
 */
export function admit(caller: Caller, token: string | null): Admission {
  if (token !== null && presents(caller.headers.authorization, token)) return { admitted: true }
  if (!isLocal(caller)) {
    return token === null
      ? refuse(403, 'Only callers on this machine are answered. Set HOTPATH_TOKEN to open it to others.')
      : refuse(401, 'Send the token: Authorization: Bearer <HOTPATH_TOKEN>.')
  }
  if (changes(caller.method) && isCrossSite(caller.headers)) {
    return refuse(403, 'A page of another site may not change anything here.')
  }
  return { admitted: true }
}

function refuse(status: 401 | 403, reason: string): Admission {
  return { admitted: false, status, reason }
}

function isLocal({ address, headers }: Caller): boolean {
  const isLoopback = address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address)
  if (!isLoopback || forwarding.some((name) => headers[name] !== undefined)) return false
  return loopbackName.test(headers.host ?? '')
}

const changes = (method: string) => method !== 'GET' && method !== 'HEAD'

/** Browsers say where a request comes from (Fetch Metadata); what is no browser sends neither header. */
function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return headers.origin !== undefined && headers.origin !== `http://${headers.host}`
}

/** Compared by digest, so that neither content nor length shows in the time it takes. */
function presents(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
