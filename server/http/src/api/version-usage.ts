import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { headersOf } from '../arriving-request.ts'
import { httpChannels, type HttpRequestMessage } from '../channels.ts'
import type { RequestHead } from '../request-head.ts'
import type { Versions } from './versions.ts'

/** Requests of one client for one version of one route, since the start. */
export interface VersionUse {
  /** Null where the API has no versions. */
  readonly version: string | null
  readonly route: string
  /** Who asks, as far as it says so: `reports-job/2.1`. */
  readonly client: string
  /** It uses what comes to an end. */
  readonly isEnding: boolean
  readonly requests: number
}

export interface VersionUsageOptions {
  versions: Versions
  /**
   * Names the client of a request, in a few words that are no personal data.
   * @default the first product of User-Agent
   */
  client?: (request: RequestHead) => string
  /** Most combinations counted apart; those beyond count under the client "other". @default 500 */
  maxUses?: number
}

/** Counts who uses which version. Hears finished requests, cached ones too. */
export interface VersionUsage {
  /** The most used first. */
  uses(): readonly VersionUse[]
  close(): void
}

const longestClient = 48
const otherClient = 'other'

/** Begins to count. */
export function createVersionUsage(options: VersionUsageOptions): VersionUsage {
  const { versions, client = productOf, maxUses = 500 } = options
  const counted = new Map<string, { -readonly [Key in keyof VersionUse]: VersionUse[Key] }>()

  /** An error here would end the process, about a request that is long answered. */
  const named = (request: RequestHead): string => {
    try {
      return client(request).slice(0, longestClient)
    } catch {
      return otherClient
    }
  }
  const heard = (published: unknown): void => {
    const { request, route } = published as HttpRequestMessage
    const version = versions.of(request)
    const isEnding = versions.isEnding(request)
    if (version === null && !isEnding) return
    const find = (name: string) => {
      const key = JSON.stringify([version, route, name])
      const known = counted.get(key)
      if (known || (counted.size >= maxUses && name !== otherClient)) return known
      const use = { version, route, client: name, isEnding, requests: 0 }
      counted.set(key, use)
      return use
    }
    const use = find(named(request)) ?? find(otherClient)!
    use.requests += 1
  }

  subscribe(httpChannels.request, heard)
  return {
    uses: () => [...counted.values()].sort((one, other) => other.requests - one.requests),
    close: () => void unsubscribe(httpChannels.request, heard),
  }
}

/** `curl/8.5.0` of `curl/8.5.0 (…)`; what is no product is nobody in particular. */
function productOf(request: RequestHead): string {
  const agent = headersOf(request)['user-agent'] ?? ''
  return /^[\w.+-]+(?:\/[\w.+-]+)?/.exec(agent)?.[0] ?? otherClient
}
