import { overTls, targetKey } from './key.ts'
import { usualHeadersOf } from './policy.ts'
import { bodyLength } from './representation.ts'
import type { Responses } from './responses.ts'
import type { RouteTable } from './route-table.ts'
import type { StoredResponse } from './stored-response.ts'

/** What a cache knows of one URL. */
export interface HttpExplanation {
  readonly url: string
  readonly host: string
  /** The declared pattern, or `other`. */
  readonly route: string
  /** The headers that the route's options send, by lower-case name; empty where the handler alone decides. */
  readonly headers: Readonly<Record<string, string>>
  /** Null where they cannot be told: nothing is stored then. */
  readonly tags: readonly string[] | null
  /** Nothing is looked up or stored: the route is private. */
  readonly isPrivate: boolean
  /** In this process' memory and not overtaken, the newest first. */
  readonly stored: readonly StoredAccount[]
}

/** One stored response, in milliseconds and bytes. */
export interface StoredAccount {
  readonly status: number
  readonly ageMs: number
  /** Negative where it is stale. */
  readonly freshForMs: number
  /** For how long it may be served while a new one is fetched; negative where it may not. */
  readonly staleForMs: number
  readonly bytes: number
  /** The request headers that choose it, with their values; null where the request had none. */
  readonly chosenBy: Readonly<Record<string, string | null>>
  /** It may answer requests with Authorization, and with Cookie. */
  readonly mayAnswer: { readonly authorization: boolean; readonly cookie: boolean }
  readonly tags: readonly string[]
}

/** Values that are somebody's secret are not shown to anybody else. */
const secret: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key'])

/** Says what is known of the GET of a URL (path and query) at a host. */
export function explainUrl(
  { host, url }: { host: string; url: string },
  { routes, responses, now }: { routes: RouteTable; responses: Responses; now: number },
): HttpExplanation {
  const { label: route, policy, tags } = routes('GET', url)
  const headers = usualHeadersOf(policy)
  const target = targetKey(host, url)
  const known = [target, target + overTls].flatMap((key) => responses.variants(key))
  const stored = known.map((response) => account(response, now))
  return { url, host, route, headers, tags, isPrivate: policy?.isPrivate ?? false, stored }
}

function account(stored: StoredResponse, now: number): StoredAccount {
  return {
    status: stored.status,
    ageMs: now - stored.bornAt,
    freshForMs: stored.freshUntil - now,
    staleForMs: stored.freshUntil + stored.staleMs - now,
    bytes: bodyLength(stored.identity),
    chosenBy: Object.fromEntries(
      stored.vary.map((name, index) => {
        const value = stored.varyValues[index] ?? null
        return [name, value !== null && secret.has(name) ? '(not shown)' : value]
      }),
    ),
    mayAnswer: { authorization: stored.isPublic, cookie: stored.allowsCookies },
    tags: stored.tags,
  }
}
