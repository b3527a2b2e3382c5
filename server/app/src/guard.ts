import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Role, WhoAmI } from '@hotpath/core'

/** What is known of a caller of `/_hotpath/` or `/metrics`. */
export interface Caller {
  /** The peer's address, as the socket has it. */
  address: string | undefined
  method: string
  headers: IncomingHttpHeaders
}

/** The secrets that open what is guarded; null where nobody set one. */
export interface Tokens {
  administrator: string | null
  viewer: string | null
}

/** Whom the caller was taken for. */
export type Admitted = Pick<WhoAmI, 'role' | 'by'>

export type Admission =
  | ({ admitted: true } & Admitted)
  | { admitted: false; status: 401 | 403; reason: string }

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
 * Who may see the console, the JSON API and the metrics: whoever presents a token, and a person on this machine, who
 * is its administrator. The token counts first, so that an administrator can look with the eyes of a viewer. A viewer
 * changes nothing.
 * Local trust holds only for a loopback peer, without forwarding headers, who also addressed the server by a loopback
 * name (a page elsewhere whose name was rebound to 127.0.0.1 did not).
 */
export function admit(caller: Caller, tokens: Tokens): Admission {
  const role = roleOf(caller.headers.authorization, tokens)
  if (role === 'viewer' && changes(caller.method)) {
    return refuse(
      403,
      'HOTPATH_VIEW_TOKEN opens it for looking only. To change something, send HOTPATH_TOKEN.',
    )
  }
  if (role !== null) return { admitted: true, role, by: 'token' }
  if (!isLocal(caller)) {
    return tokens.administrator === null && tokens.viewer === null
      ? refuse(403, 'Only callers on this machine are answered. Set HOTPATH_TOKEN to open it to others.')
      : refuse(401, 'Send the token: Authorization: Bearer <HOTPATH_TOKEN>.')
  }
  if (changes(caller.method) && isCrossSite(caller.headers)) {
    return refuse(403, 'A page of another site may not change anything here.')
  }
  return { admitted: true, role: 'administrator', by: 'this machine' }
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

/** Whose token was presented; null for nobody's. */
function roleOf(authorization: string | undefined, { administrator, viewer }: Tokens): Role | null {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
  if (given === undefined) return null
  if (administrator !== null && isSame(given, administrator)) return 'administrator'
  return viewer !== null && isSame(given, viewer) ? 'viewer' : null
}

/** Compared by digest, so that neither content nor length shows in the time it takes. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
