import type { IncomingHttpHeaders } from 'node:http'
import { isConsistent, isEncrypted } from './http2.ts'
import type { RequestHead } from './request-head.ts'

/** Headers from which frameworks build absolute URLs, so that they may change an answer without any Vary. */
const forwarding = [
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-port',
  'x-forwarded-prefix',
] as const

/** What the header lines and the connection of a request decide of its key, whatever its target. */
export interface KeyParts {
  readonly host: string | undefined
  /** What `keyEnd` says. */
  readonly keyEnd: string
  /** What `hasKey` says. */
  readonly hasKey: boolean
}

/**
 * The primary key of a request: scheme, host, path and query as given; GET and HEAD share it. Undefined where the
 * target is not a path or the answer may be that of another target: such requests are never cached.
 *
 * Headers outside the key must not change a stored answer, or one visitor could poison it for all ("web cache
 * poisoning"): those that usually can are part of the key when they are sent, or prevent caching. Whatever else an
 * application lets decide, it must say in Vary (RFC 9110 §12.5.5).
 */
export function cacheKey(parts: KeyParts, url: string | undefined): string | undefined {
  if (url === undefined || !parts.hasKey || !isKeyTarget(url)) return undefined
  return keyOf(url, parts.host, parts.keyEnd)
}

/** Whether a target can be part of a key: frameworks cut a fragment off, and would answer what we know by another name. */
const isKeyTarget = (url: string): boolean => url.charCodeAt(0) === 47 /* a slash */ && !url.includes('#')

/** Whether nothing in a request's headers keeps it from having a key. */
export function hasKey(request: RequestHead): boolean {
  return !isOverridden(request.headers) && !(request.httpVersionMajor > 1 && !isConsistent(request))
}

/** What a request's headers and connection add to its key, whatever its target; mostly nothing. */
export function keyEnd(request: RequestHead): string {
  const scheme = isEncrypted(request) ? overTls : ''
  return isForwarded(request.headers) ? `${scheme} ${forwardedPart(request.headers)}` : scheme
}

/** The key of a target that can be part of one, for requests that have one. */
export const keyOf = (url: string, host: string | undefined, end: string): string =>
  end === '' ? targetKey(host, url) : targetKey(host, url) + end

/**
 * Whether a framework may be told to answer another method or URL than the one addressed. Name by name: a loop over a
 * list of names takes V8 several times as long, for each request.
 */
function isOverridden(headers: IncomingHttpHeaders): boolean {
  return (
    headers['x-http-method-override'] !== undefined ||
    headers['x-http-method'] !== undefined ||
    headers['x-method-override'] !== undefined ||
    headers['x-original-url'] !== undefined ||
    headers['x-rewrite-url'] !== undefined
  )
}

/**
 * Ends the key of what was asked for over TLS: the answer to plain HTTP may be to come back over TLS. No target holds a
 * space.
 */
export const overTls = ' https'

/** Host, path and query: what all keys of one URL begin with, whatever proxies say of the request. */
export function targetKey(host: string | undefined, url: string): string {
  return `${host?.toLowerCase() ?? ''} ${url}`
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return (
    headers.forwarded !== undefined ||
    headers['x-forwarded-host'] !== undefined ||
    headers['x-forwarded-proto'] !== undefined ||
    headers['x-forwarded-scheme'] !== undefined ||
    headers['x-forwarded-port'] !== undefined ||
    headers['x-forwarded-prefix'] !== undefined
  )
}

function forwardedPart(headers: IncomingHttpHeaders): string {
  const given = forwarding.map((name) => headers[name] ?? null)
  // Of Forwarded (RFC 7239) only what names the host and scheme: `for` differs by visitor.
  const parameters = (headers.forwarded ?? '').match(/\b(?:host|proto)\s*=\s*(?:"[^"]*"?|[^;,\s]+)/gi)
  return JSON.stringify([...given, parameters])
}
