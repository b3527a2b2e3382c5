import { channel } from 'node:diagnostics_channel'
import type { RequestListener, ServerResponse } from 'node:http'
import type { Route } from '@hotpath/core'
import { httpChannels, type HttpLimitedMessage } from '../channels.ts'
import type { RequestHead } from '../request-head.ts'
import { createBatches } from './batches.ts'
import type { TrustedProxies } from './client-address.ts'
import type { Verdict } from './memory-limiter.ts'
import type { RateGroup } from './rate-groups.ts'
import { readRules, type Rule } from './rate-rules.ts'
import type { ScriptRunner } from './redis-scripts.ts'
import { createRouteSettings } from './route-settings.ts'

export interface RateLimitOptions {
  /** The route table: `limit` and `cost` of each. @default none, so that `default` counts everything */
  readonly routes?: readonly Route[]
  /** Limits by name: `{ api: { limit: 100, window: '15m' }, auth: { limit: 5, window: '15m' } }`. @default none */
  readonly groups?: Readonly<Record<string, RateGroup>>
  /** The group that counts routes without `limit`, and paths of no route. @default none: they are not limited */
  readonly default?: string
  /** Proxies in front of the server. @default none: the peer of the connection is the client */
  readonly proxies?: TrustedProxies
  /** Redis, shared by all processes that name the same application. @default none: each process limits on its own */
  readonly redis?: { readonly runner: ScriptRunner; readonly name: string }
  /** Requests that no limit counts, such as those of one's own load test. @default none */
  readonly exempt?: (request: RequestHead) => boolean
  /** Leave the fields to the HTTP cache behind, which writes them into its hits without a detour. @default false */
  readonly defersFields?: boolean
  /** Most keys remembered of one group, in this process. @default 100_000 */
  readonly maxKeys?: number
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number
}

/** Rate limits in front of an application, cached answers included. */
export interface RateLimit {
  wrap(next: RequestListener): RequestListener
  /**
   * Counts a request that will be answered past `wrap`, and tells the header lines that go with the answer; null, having
   * counted nothing, where it has to come by `wrap`: no limit admits it, or only Redis knows.
   */
  count(request: RequestHead): string | null
  /** Requests granted by Redis to this process and not used yet: the bound of what all processes may admit too many. */
  outstanding(): number
  /** Ends its timers. */
  close(): void
}

const sweepMs = 1_000
/** Gathers refills, how long a request waits for Redis, and how long that is left alone when it did not answer. */
const timing = { lingerMs: 10, waitMs: 250, retryMs: 500 }

const limited = channel(httpChannels.limited)

/**
 * Makes the rate limits of one application.
 * @throws HP_HTTP_RATE_GROUP_UNKNOWN, HP_HTTP_RATE_INVALID, HP_HTTP_PROXIES_INVALID, HP_DURATION_INVALID
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { routes = [], exempt, now = () => performance.now(), redis } = options
  const batches = redis ? createBatches({ redis: redis.runner, now, ...timing }) : null
  const rules = readRules(options, { now, batches })
  const sweeper = setInterval(() => {
    for (const { limiter } of rules.all) limiter.sweep()
  }, sweepMs).unref()
  const ruleOf = createRouteSettings<Rule | false>(routes, {
    read: rules.ofRoute,
    otherwise: rules.otherwise,
  })

  /** Whether the request may go on. */
  function judge(rule: Rule, verdict: Readonly<Verdict>, response: ServerResponse): boolean {
    if (verdict.admitted) {
      rule.fields.tell(response, verdict)
      return true
    }
    rule.fields.refuse(response, verdict)
    if (limited.hasSubscribers) {
      const message: HttpLimitedMessage = {
        group: rule.name,
        reason: verdict.isUnknown ? 'unknown' : 'quota',
      }
      limited.publish(message)
    }
    return false
  }

  const ruleFor = (request: RequestHead): Rule | false => {
    const rule = ruleOf(request.method ?? 'GET', request.url ?? '')
    return rule === false || exempt?.(request) ? false : rule
  }

  return {
    wrap(next) {
      // Nothing is limited: a request is not matched for that.
      if (rules.all.length === 0) return next
      return (request, response) => {
        const rule = ruleFor(request)
        if (rule === false) return next(request, response)
        const taken = rule.limiter.take(rule.keyOf(request), rule.cost)
        if (!(taken instanceof Promise)) {
          if (judge(rule, taken, response)) next(request, response)
          return
        }
        void taken.then((verdict) => {
          if (response.destroyed || request.socket.destroyed) return
          // On a tick of its own: a handler that throws is nobody's rejected promise.
          if (judge(rule, verdict, response)) process.nextTick(next, request, response)
        })
      }
    },
    count(request) {
      const rule = rules.all.length > 0 && ruleFor(request)
      if (rule === false) return ''
      const verdict = rule.limiter.takeNow(rule.keyOf(request), rule.cost)
      return verdict && rule.fields.lines(verdict)
    },
    outstanding: () => rules.all.reduce((sum, { limiter }) => sum + limiter.outstanding(), 0),
    close() {
      clearInterval(sweeper)
      batches?.close()
    },
  }
}
