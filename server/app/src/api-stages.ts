import type { Bytes, Duration, Route } from '@hotpath/core'
import {
  batch,
  type BatchOptions,
  createServerTiming,
  createVersions,
  createVersionUsage,
  fields,
  securityHeaders,
  type SecurityOptions,
  type ServerTimingOptions,
  type Stage,
  type VersionOptions,
  type VersionUse,
} from '@hotpath/http/api'
import {
  type AdmissionOptions,
  createAdmission,
  createIdempotency,
  createRateLimit,
  createRequestSizes,
  createRunExemption,
  createTimeouts,
  type RateLimitOptions,
  type ScriptRunner,
  type TrustedProxies,
} from '@hotpath/http/limits'
import type { Stages } from './pipeline.ts'

/** How the application's API is to behave, beside what its routes say. */
export interface ApiOptions {
  /** Security headers; false leaves all of them to the application. @default the strict ones */
  security?: SecurityOptions | false
  /** Versions of the API. @default none */
  versions?: Omit<VersionOptions, 'routes'>
  /** Several operations in one request; true is `POST /batch`. @default false */
  batch?: BatchOptions | boolean
  /** Who is told in Server-Timing where an answer came from. Hits to them are written a little slower. @default nobody */
  serverTiming?: ServerTimingOptions['allow'] | false
  /** Rate limits by name, for the `limit` of routes, and the one of all other requests. @default none */
  rateLimit?: Pick<RateLimitOptions, 'groups' | 'default'>
  /** @default 1,000 handlers at one time, 200 ms of delay in the event loop */
  admission?: Pick<AdmissionOptions, 'concurrency' | 'maxLoopDelay'>
  /** How long handlers may take until the head of their answer, where their route says nothing. @default none */
  timeout?: Duration
  /** Largest request body where its route says nothing. @default none */
  maxBody?: Bytes
}

export interface ApiStagesOptions {
  readonly name: string
  readonly routes: readonly Route[]
  readonly api: ApiOptions
  /** Proxies in front of the server, believed to say where a request comes from. */
  readonly proxies: TrustedProxies | null
  /** Redis for limits that hold for all processes. */
  readonly runner: ScriptRunner | null
  /** What the project's own load test is known by. */
  readonly runSecret: string | null
  /** Whether the HTTP cache is on, which writes the fields of rate limits into its hits. */
  readonly caches: boolean
}

/** The API's concerns as stages, without the cache, the drain and the layer's own paths. */
export interface ApiStages {
  readonly stages: Omit<Stages, 'drain' | 'ownPaths' | 'httpCache'>
  /** Whether something stale is better now than running a handler. */
  overloaded(): boolean
  /** Who uses which version, and what comes to an end. */
  versionUses(): readonly VersionUse[]
  close(): void
}

const through: Stage = (next) => next

/**
 * Prepares them.
 * @throws what the stages throw of options that cannot be used
 */
export function openApiStages(options: ApiStagesOptions): ApiStages {
  const { routes, api } = options
  const limits = openLimits(options)
  const versions = createVersions({ ...api.versions, routes })
  const usage = createVersionUsage({ versions })
  const timing = api.serverTiming ? createServerTiming({ allow: api.serverTiming }) : null
  return {
    stages: {
      ...limits.stages,
      timing: timing?.front ?? through,
      handlerTiming: timing?.handler ?? through,
      batch: api.batch ? batch(api.batch === true ? {} : api.batch) : through,
      versions: versions.front,
      versionHeaders: versions.headers,
      securityHeaders: api.security === false ? through : securityHeaders(api.security),
      fields: (whole) => fields({ routes, through: whole }),
    },
    overloaded: limits.overloaded,
    versionUses: () => usage.uses(),
    close() {
      usage.close()
      timing?.close()
      limits.close()
    },
  }
}

type LimitStages = Pick<Stages, 'rateLimit' | 'requestSizes' | 'idempotency' | 'admission' | 'timeouts'>

function openLimits(options: ApiStagesOptions) {
  const { routes, api, runner, name } = options
  const shared = {
    routes,
    ...(options.proxies && { proxies: options.proxies }),
    ...(runner && { redis: { runner, name } }),
  }
  const isLimited = api.rateLimit?.default !== undefined || routes.some(({ options: { limit } }) => limit)
  const exempt = createRunExemption(options.runSecret ?? undefined)
  const rateLimit = isLimited
    ? createRateLimit({ ...shared, ...api.rateLimit, exempt, defersFields: options.caches })
    : null
  const admission = createAdmission({ ...shared, ...api.admission })
  const { timeout, maxBody } = api
  const isIdempotent = routes.some(({ options: { idempotent } }) => idempotent)
  const stages: LimitStages = {
    rateLimit: rateLimit?.wrap ?? through,
    requestSizes: createRequestSizes({ routes, ...(maxBody !== undefined && { maxBody }) }).wrap,
    idempotency: isIdempotent ? createIdempotency(shared).wrap : through,
    admission: admission.wrap,
    timeouts: createTimeouts({ routes, ...(timeout !== undefined && { timeout }) }).wrap,
  }
  return {
    stages,
    overloaded: admission.overloaded,
    close() {
      rateLimit?.close()
      admission.close()
    },
  }
}
