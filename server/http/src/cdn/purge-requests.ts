import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { CdnReply } from './call.ts'
import { receiptOf } from './call.ts'
import { type CdnAdapter, encodeTag, type PurgeBatch, type PurgeReceipt } from './purge-target.ts'

export interface PurgeRequestsOptions {
  /** Where the caches answer: `http://varnish:6081`. Each of several is asked. */
  bases: readonly string[]
  /**
   * `PURGE` for caches that drop a URL when they are asked so; `GET` for those that fetch anew on a secret header, as
   * nginx does with proxy_cache_bypass. @default 'PURGE'
   */
  method?: 'PURGE' | 'GET'
  /** Sent with every request: a secret that the cache asks for. */
  headers?: Readonly<Record<string, string>>
  /**
   * The method for tags, prefixes and everything, by a regular expression in a header: what a Varnish configuration
   * turns into a ban. Null where the cache has no such thing: tags are not purged there. @default 'BAN'
   */
  banMethod?: 'BAN' | null
}

/** The headers of a BAN: of what in a stored response the expression has to match. */
export const banHeaders = { tags: 'X-Ban-Tags', urls: 'X-Ban-Url' } as const

/** Values in one expression: PCRE has a limit, and so have heads. */
const mostBanned = 50

/**
 * Purges caches that are asked over HTTP itself: Varnish (see the configuration in the README), nginx with a bypass,
 * and whatever else knows PURGE.
 */
export function purgeRequests(options: PurgeRequestsOptions): CdnAdapter {
  const { bases, method = 'PURGE', headers = {}, banMethod = 'BAN' } = options
  const bans = banMethod === null ? 0 : mostBanned

  async function sendTo(base: string, batch: PurgeBatch, signal: AbortSignal): Promise<PurgeReceipt> {
    if (batch.kind !== 'urls') {
      const banned = { ...headers, ...banOf(batch) }
      return receiptOf(await ask({ base, path: '/', method: banMethod!, headers: banned, signal }))
    }
    for (const value of batch.values) {
      const { host, pathname, search } = new URL(value)
      const path = pathname + search
      const reply = await ask({ base, path, method, headers: { ...headers, host }, signal })
      const receipt = receiptOf(reply)
      // A cache that has nothing there may say so.
      if (!receipt.ok && reply.status !== 404) return receipt
    }
    return { ok: true }
  }

  return {
    name: 'http',
    most: { tags: bans, urls: mostBanned, prefixes: bans, everything: bans > 0 ? 1 : 0 },
    rate: { perSecond: 200, burst: 200 },
    async send(batch, signal) {
      const receipts = await Promise.all(bases.map((base) => sendTo(base, batch, signal)))
      return receipts.find(({ ok }) => !ok) ?? { ok: true }
    },
  }
}

function banOf({ kind, values }: PurgeBatch): Record<string, string> {
  if (kind === 'everything') return { [banHeaders.urls]: '.' }
  if (kind === 'tags') {
    const tags = values.map((tag) => literal(encodeTag(tag))).join('|')
    return { [banHeaders.tags]: `(^|,)(${tags})(,|$)` }
  }
  const paths = values.map((value) => literal(value.replace(/^https?:\/\/[^/]+/, '')))
  return { [banHeaders.urls]: `^(${paths.join('|')})` }
}

/** Text as a regular expression that matches it and nothing else. */
const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)

interface Ask {
  readonly base: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** With node:http, because fetch sends no Host of our choosing. */
async function ask({ base, path, ...options }: Ask): Promise<CdnReply> {
  const url = new URL(base)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const { promise, resolve } = Promise.withResolvers<CdnReply>()
  // A kept connection may be closed by the other end just then, and purges are rare.
  send({ host: url.hostname, port: url.port, path, agent: false, ...options })
    .on('response', (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, text: '', retryAfterMs: undefined })
    })
    .on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: null, reason: error.code ?? error.message }),
    )
    .end()
  return promise
}
