import type { RequestListener } from 'node:http'
import type { HttpCache } from '../http-cache.ts'
import { receive } from './arrival.ts'
import { createForward } from './forward.ts'
import { openOrigin, type OriginOptions } from './origin.ts'

export interface ProxyOptions extends OriginOptions {
  /** `http://127.0.0.1:3000` */
  origin: string
  cache: HttpCache
  /**
   * The Host that the origin sees: the client's, or the origin's own name. X-Forwarded-Host names the client's either
   * way. @default 'client' for http: origins, 'origin' for https: ones, which often serve by name
   */
  host?: 'client' | 'origin'
  /** Whether the proxies in front of this one are trusted: what they say of the client is carried on. @default false */
  trustForwarded?: boolean
}

/** The cache in front of an origin. */
export interface Proxy {
  readonly origin: URL
  /** Answers requests, from the cache or from the origin. */
  readonly listener: RequestListener
  /** Waits for the answers under way, and closes the connections. Close the server first. */
  close(): Promise<void>
}

/**
 * Puts the cache in front of an origin.
 * @throws HP_PROXY_ORIGIN_INVALID, HP_DURATION_INVALID
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { cache, trustForwarded: trusts = false } = options
  const origin = openOrigin(options.origin, options)
  const keepsHost = (options.host ?? (origin.url.protocol === 'http:' ? 'client' : 'origin')) === 'client'
  const answer = cache.wrap(createForward({ origin, keepsHost, trusts, onOutcome() {} }))
  return {
    origin: origin.url,
    listener(request, response) {
      receive(request, { trusts })
      answer(request, response)
    },
    close: () => origin.close(),
  }
}
