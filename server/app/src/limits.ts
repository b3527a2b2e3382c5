import type { Duration, Route } from '@hotpath/core'
import type { RequestHead } from '@hotpath/http'
import {
  type AdmissionOptions,
  type AdmissionStats,
  createAdmission,
  createIdempotency,
  createRateLimit,
  createRequestSizes,
  createRunExemption,
  createTimeouts,
  type IdempotencyOptions,
  type RateGroup,
  type RequestSizesOptions,
  type TrustedProxies,
} from '@hotpath/http/limits'
import type { Stages } from './pipeline.ts'
import { openScriptRunner } from './script-runner.ts'

/** What an application admits; routes add to it and override it. */
export interface LimitsOptions
  extends
    Pick<AdmissionOptions, 'concurrency' | 'maxLoopDelay'>,
    Pick<IdempotencyOptions, 'user'>,
    Pick<RequestSizesOptions, 'maxBody'> {
  /** Rate limits by name, which routes name in `limit`. @default none */
  rates?: Readonly<Record<string, RateGroup>>
  /** The rate limit of routes that name none, and of all other paths. @default none */
  defaultRate?: string
  /** How long a handler may take until the head of its answer. @default no bound */
  timeout?: Duration
  /** Proxies in front of the server. @default none: the peer of the connection is the client */
  proxies?: TrustedProxies
}

export interface OpenLimitsOptions {
  limits: LimitsOptions
  routes: readonly Route[]
  /** Names the application in Redis. */
  name: string
  /** Null limits in this process alone. */
  redisUrl: string | null
  /** Whoever presents what is made of it is not rate limited. */
  runSecret: string | undefined
}

/** The limits of one application. */
export interface Limits {
  readonly stages: Pick<Stages, 'rateLimit' | 'requestSizes' | 'idempotency' | 'admission' | 'timeouts'>
  /** Counts a request that is answered past these stages, as `RateLimit.count` does. */
  count(request: RequestHead): string | null
  /** Whether the HTTP cache should rather serve stale. */
  overloaded(): boolean
  stats(): AdmissionStats
  close(): Promise<void>
}

/**
 * Opens the limits; with Redis, over a connection of their own, so that they wait for nothing else.
 * @throws HP_HTTP_RATE_GROUP_UNKNOWN, HP_HTTP_RATE_INVALID, HP_HTTP_RATE_COST_INVALID, HP_HTTP_PROXIES_INVALID,
 * HP_DURATION_INVALID, HP_BYTES_INVALID
 */
export function openLimits(options: OpenLimitsOptions): Limits {
  const { routes, name, redisUrl, runSecret } = options
  const { rates, defaultRate, timeout, proxies, user, maxBody, ...admits } = options.limits
  const needsRedis = redisUrl !== null && (rates !== undefined || routes.some(isShared))
  const runner = needsRedis ? openScriptRunner(redisUrl, name) : null
  const shared = { routes, ...(runner && { redis: { runner, name } }), ...(proxies && { proxies }) }
  const limit = createRateLimit({
    ...shared,
    ...(rates && { groups: rates }),
    ...(defaultRate !== undefined && { default: defaultRate }),
    exempt: createRunExemption(runSecret),
    defersFields: true,
  })
  const sizes = createRequestSizes({ routes, ...(maxBody !== undefined && { maxBody }) })
  const idempotency = createIdempotency({ ...shared, ...(user && { user }) })
  const admission = createAdmission({ ...admits, routes, ...(proxies && { proxies }) })
  const timeouts = createTimeouts({ routes, ...(timeout !== undefined && { timeout }) })
  return {
    stages: {
      rateLimit: limit.wrap,
      requestSizes: sizes.wrap,
      idempotency: idempotency.wrap,
      admission: admission.wrap,
      timeouts: timeouts.wrap,
    },
    count: limit.count,
    overloaded: admission.overloaded,
    stats: admission.stats,
    async close() {
      limit.close()
      admission.close()
      await runner?.close()
    },
  }
}

/** Whether a route keeps something that all processes share. */
function isShared({ options: { limit, idempotent } }: Route): boolean {
  return (limit !== undefined && limit !== false) || Boolean(idempotent)
}
