import type { IncomingMessage } from 'node:http'
import { targetKey } from './key.ts'

/** Methods that change nothing (IANA method registry). A preflight, for one, must not empty the cache. */
const safeMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'REPORT',
  'SEARCH',
  'QUERY',
])

const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i

/**
 * The targets that a request is not to leave as they were, once it succeeded: its own, if its method is unsafe
 * (RFC 9111 §4.4). Unlike a key, a target is read from every form (RFC 9112 §3.2) and whatever headers say of other
 * methods, URLs and proxies: dropping one too many costs a miss. In absolute form both hosts count.
 */
export function changedTargets({ method, url, headers }: IncomingMessage): string[] {
  if (safeMethods.has(method ?? '') || url === undefined) return []
  const [, authority, rest] = absoluteForm.exec(url) ?? [undefined, undefined, url]
  const [bare] = rest.split('#', 1)
  const path = bare!.startsWith('/') ? bare! : `/${bare}`
  const hosts = [
    headers.host,
    headers[':authority'] as string | undefined,
    authority?.slice(authority.lastIndexOf('@') + 1),
  ]
  return [...new Set(hosts.filter((host) => host !== undefined).map((host) => targetKey(host, path)))]
}
