import type { Route } from '@hotpath/core'
import type { RequestHead } from '@hotpath/http'
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
import type { Stages } from './pipeline.ts'

/** The shape of an application's API, beside what its routes say. */
export interface ApiOptions {
  /** Security headers; false leaves all of them to the application. @default the strict ones */
  security?: SecurityOptions | false
  /** Versions of the API. @default none */
  versions?: Omit<VersionOptions, 'routes'>
  /** Several operations in one request; true is `POST /batch`. @default false */
  batch?: BatchOptions | boolean
  /** Who is told in Server-Timing where an answer came from. Hits to them are written a little slower. @default nobody */
  serverTiming?: ServerTimingOptions['allow'] | false
}

/** The shape of the API as stages, each in its place of the pipeline. */
export interface ApiStages {
  readonly stages: Pick<
    Stages,
    'timing' | 'batch' | 'versions' | 'versionHeaders' | 'securityHeaders' | 'fields' | 'handlerTiming'
  >
  /** Whether the client of a request is told in Server-Timing. */
  isTimed(request: RequestHead): boolean
  /** Whether the version that a request names is one that it may have. */
  passesVersions(request: RequestHead): boolean
  /** Who uses which version, and what comes to an end. */
  versionUses(): readonly VersionUse[]
  close(): void
}

const through: Stage = (next) => next

/**
 * Prepares them.
 * @throws HP_CSP_INVALID, HP_SECURITY_HEADER_INVALID, HP_VERSIONS_INVALID, HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function openApiStages(options: ApiOptions, routes: readonly Route[]): ApiStages {
  const { security, serverTiming } = options
  const operations = options.batch === true ? {} : options.batch
  const versions = createVersions({ ...options.versions, routes })
  const usage = createVersionUsage({ versions })
  const timing = serverTiming ? createServerTiming({ allow: serverTiming }) : null
  return {
    stages: {
      timing: timing?.front ?? through,
      batch: operations ? batch(operations) : through,
      versions: versions.front,
      versionHeaders: versions.headers,
      securityHeaders: security === false ? through : securityHeaders(security),
      fields: (whole) => fields({ routes, through: whole }),
      handlerTiming: timing?.handler ?? through,
    },
    isTimed: (request) => timing !== null && timing.tells(request),
    passesVersions: versions.passes,
    versionUses: () => usage.uses(),
    close() {
      usage.close()
      timing?.close()
    },
  }
}
