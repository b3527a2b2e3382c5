import type { ServerResponse } from 'node:http'
import { parseCacheGroups } from '../cache-groups.ts'
import { joined } from '../response-facts.ts'
import { encodeTag } from './purge-target.ts'

/** Which other words for the same policy go out beside CDN-Cache-Control and Cache-Groups. */
export type CdnDialect = 'surrogate' | 'cache-tag'

/** Says in a head what its CDN-Cache-Control and Cache-Groups say, in other words too. */
export function applyDialects(response: ServerResponse, dialects: readonly CdnDialect[]): void {
  const directives = joined(response.getHeader('cdn-cache-control')) ?? null
  const tags = parseCacheGroups(joined(response.getHeader('cache-groups')) ?? '') ?? []
  for (const [name, value] of dialectHeaders(dialects, directives, tags)) response.setHeader(name, value)
}

/**
 * The policy of a response in the words of CDNs that do not read the standard ones: `surrogate` is Surrogate-Control
 * and Surrogate-Key (Fastly, Varnish with xkey), `cache-tag` is Cache-Tag (Cloudflare, and bans of Varnish). The
 * directives are those of CDN-Cache-Control; null where the response has none.
 */
export function dialectHeaders(
  dialects: readonly CdnDialect[],
  directives: string | null,
  tags: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  const headers: [string, string][] = []
  const encoded = tags.map(encodeTag)
  for (const dialect of dialects) {
    if (dialect === 'surrogate' && directives !== null) headers.push(['Surrogate-Control', directives])
    if (encoded.length === 0) continue
    if (dialect === 'surrogate') headers.push(['Surrogate-Key', encoded.join(' ')])
    else headers.push(['Cache-Tag', encoded.join(',')])
  }
  return headers
}
