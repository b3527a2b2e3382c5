/** What a CDN is asked to drop. URLs and prefixes are absolute: `https://www.example.org/api/`. */
export interface PurgeBatch {
  readonly kind: PurgeKind
  /** Empty for `everything`. */
  readonly values: readonly string[]
}

export type PurgeKind = 'tags' | 'urls' | 'prefixes' | 'everything'

/** What became of one call to a CDN. */
export type PurgeReceipt =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** Whether the same call may succeed later. */
      readonly retry: boolean
      /** When the CDN says so itself, in milliseconds. */
      readonly afterMs?: number
      /** In words, without any secret. */
      readonly reason: string
    }

/** One CDN, as far as purging goes. */
export interface CdnAdapter {
  /** `cloudflare` */
  readonly name: string
  /** Most values of a kind in one call; 0 where it cannot do that. */
  readonly most: Readonly<Record<PurgeKind, number>>
  /** Calls a second, and calls at once after a pause. */
  readonly rate: { readonly perSecond: number; readonly burst: number }
  /** Never rejects: what goes wrong is a receipt. */
  send(batch: PurgeBatch, signal: AbortSignal): Promise<PurgeReceipt>
}

/** A tag as CDNs take it in headers and calls: visible ASCII without commas and quotes, all else percent-encoded. */
export function encodeTag(tag: string): string {
  return tag.replaceAll(/[^!#-$&-+\--~]/gu, (character) => encodeURIComponent(character.toWellFormed()))
}

/**
 * A glob over path and query as what CDNs know: one URL, everything that begins with the text before the first `*`,
 * or all there is. It may drop more than the glob says, never less.
 */
export function purgeOfPattern(pattern: string, sites: readonly string[]): PurgeBatch {
  const star = pattern.indexOf('*')
  const literal = star === -1 ? pattern : pattern.slice(0, star)
  if (!literal.startsWith('/') || (star !== -1 && literal === '/')) return { kind: 'everything', values: [] }
  return { kind: star === -1 ? 'urls' : 'prefixes', values: sites.map((site) => site + literal) }
}
