import type { Buffer } from 'node:buffer'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@hotpath/core'
import { type FastFront, noFront } from '../fast-path/fast-front.ts'
import { receive, receiveFields } from './arrival.ts'
import { createForward } from './forward.ts'
import { createOriginHealth, type OriginHealth } from './origin-health.ts'
import { openOrigin, type OriginOptions } from './origin.ts'
import { createUpgrades } from './upgrade.ts'

export interface ProxyOptions extends OriginOptions {
  /** `http://127.0.0.1:3000` */
  origin: string
  /** What stands before the origin: an HttpCache. */
  cache: { wrap(listener: RequestListener): RequestListener }
  /**
   * The Host that the origin sees: the client's, or the origin's own name. X-Forwarded-Host names the client's either
   * way. @default 'client' for http: origins, 'origin' for https: ones, which often serve by name
   */
  host?: 'client' | 'origin'
  /** Whether the proxies in front of this one are trusted: what they say of the client is carried on. @default false */
  trustForwarded?: boolean
  /** @default Date.now */
  clock?: Clock
}

/** The cache in front of an origin. */
export interface Proxy {
  readonly origin: URL
  /** What is done to requests before the cache sees them, for those that are answered from their socket. */
  readonly front: FastFront
  /** Answers requests, from the cache or from the origin. */
  readonly listener: RequestListener
  /** For the server's 'upgrade' event; give the server `isWebSocket` as its shouldUpgradeCallback. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  health(): OriginHealth
  /** Cuts open WebSockets; answers are not touched. */
  endUpgrades(): void
  /** Waits for the answers under way, and closes the connections. Close the server first. */
  close(): Promise<void>
}

/**
 * Puts a cache in front of an origin.
 * @throws HP_PROXY_ORIGIN_INVALID, HP_DURATION_INVALID
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { cache, trustForwarded: trusts = false, clock = Date.now } = options
  const origin = openOrigin(options.origin, options)
  const keepsHost = (options.host ?? (origin.url.protocol === 'http:' ? 'client' : 'origin')) === 'client'
  const health = createOriginHealth(clock)
  const forwarding = { origin, keepsHost, trusts, onOutcome: health.saw }
  const answer = cache.wrap(createForward(forwarding))
  const upgrades = createUpgrades(forwarding)
  return {
    origin: origin.url,
    front: {
      ...noFront,
      receive(headers) {
        receiveFields(headers, { trusts })
        return true
      },
    },
    listener(request, response) {
      receive(request, { trusts })
      answer(request, response)
    },
    upgrade(request, socket, head) {
      receive(request, { trusts })
      upgrades.pass(request, socket, head)
    },
    health: health.read,
    endUpgrades: () => upgrades.close(),
    async close() {
      upgrades.close()
      await origin.close()
    },
  }
}
