import type { IncomingHttpHeaders } from 'node:http'
import { targetKey } from './key.ts'
import type { ResponseFacts } from './response-facts.ts'

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

/** Whether a method changes nothing, by its definition. */
export const isSafe = (method: string | undefined): boolean => safeMethods.has(method ?? '')

const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i

/**
 * The targets that an unsafe request has changed by succeeding (RFC 9111 §4.4): its own, and those its answer names in
 * Location and Content-Location at the same host. Unlike a key, a target is read from every form (RFC 9112 §3.2) and
 * whatever headers say of other methods, URLs and proxies: dropping one too many costs a miss. In absolute form both
 * hosts count.
 */
export function changedTargets(
  { url, headers }: { readonly url: string; readonly headers: IncomingHttpHeaders },
  answered: ResponseFacts['headers'],
): string[] {
  if (url === '') return []
  const [, authority, rest = '/'] = absoluteForm.exec(url) ?? [undefined, undefined, url]
  const own = pathOf(rest)
  const given = [headers.host, headers[':authority'] as string | undefined, authority && hostPart(authority)]
  const hosts = new Set(given.filter((host) => host !== undefined).map((host) => host.toLowerCase()))
  const paths = [own, ...namedPaths(answered, { own, hosts })]
  return [...new Set([...hosts].flatMap((host) => paths.map((path) => targetKey(host, path))))]
}

function pathOf(rest: string): string {
  const [bare] = rest.split('#', 1)
  return bare!.startsWith('/') ? bare! : `/${bare}`
}

const hostPart = (authority: string) => authority.slice(authority.lastIndexOf('@') + 1)

/** Nobody may drop what belongs to another host by naming it. */
function namedPaths(
  answered: ResponseFacts['headers'],
  { own, hosts }: { own: string; hosts: ReadonlySet<string> },
): string[] {
  const base = 'http://own.invalid'
  return [answered['location'], answered['content-location']].flatMap((reference) => {
    if (reference === undefined || !URL.canParse(reference, base + own)) return []
    const { host, pathname, search, origin } = new URL(reference, base + own)
    return origin === base || hosts.has(host) ? [pathname + search] : []
  })
}
