import type { Fix, TimelineMarker } from '@hotpath/core'
import type { ReadinessChecks } from './readiness.ts'

/** What one object cache says of itself. */
export interface CacheFigures {
  namespace: string
  entries: number
  bytes: number
  hits: number
  staleHits: number
  misses: number
  collapsed: number
  loads: number
  loadErrors: number
  fencedFills: number
  evictions: number
  invalidations: number
  /** By key group, the tier of each hit. @default not told apart */
  groups?: readonly { hits: { memory: number; redis: number }; staleHits: number }[]
}

/** How the pool of connections fared, since its start. */
export interface PoolFigures {
  /** Most connections. */
  max: number
  /** How long connections were out, summed over all of them, in milliseconds. */
  heldMs: number
  /** How long callers waited for one, summed over all of them, in milliseconds. */
  waitedMs: number
}

/** What the HTTP cache says of itself. */
export interface HttpCacheFigures {
  entries: number
  bytes: number
  hits: number
  staleHits: number
  collapsed: number
  misses: number
  bypassed: number
  notStored: number
  evictions: number
}

/** Requests of one client for one version of one route; what has no version counts where it comes to its end. */
export interface VersionFigures {
  version: string | null
  route: string
  client: string
  isEnding: boolean
  requests: number
}

/** What the monitor asks instead of hearing it on a channel; called when somebody looks. */
export interface MonitorSources {
  database: 'postgres' | 'pglite' | 'none'
  /** Callers waiting for a database connection, now. */
  poolWaiting: () => number
  /** @default nothing is known of the pool */
  pool?: () => PoolFigures
  /** CPU seconds of the database's processes that work for this one; null where they are out of sight. */
  databaseCpuSeconds?: () => number | null
  caches: () => readonly CacheFigures[]
  /** Where the application's data lies, whose disk is watched. @default no disk is */
  folder?: string
  /** @default no HTTP cache */
  httpCache?: () => HttpCacheFigures
  /** Who uses which version of the API; bounded in number. @default nobody counts */
  versions?: () => readonly VersionFigures[]
  /** What would save the most time, the best first. @default nobody looks for it */
  fixes?: () => readonly Fix[]
  /** What else may explain a change on the timeline: load runs. @default nothing */
  markers?: () => readonly TimelineMarker[]
  /** What must answer before this process takes traffic, by name. */
  ready: ReadinessChecks
}
