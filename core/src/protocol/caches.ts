import type { Worker } from './worker.ts'

/** What the HTTP cache of one process did since its start. */
export interface HttpCacheFigures {
  hits: number
  staleHits: number
  /** Of these two, those that were found in Redis. */
  redisHits: number
  /** Requests answered by the response that another was waiting for: stampedes that did not happen. */
  collapsed: number
  misses: number
  bypassed: number
  notStored: number
  /** URLs stored. */
  entries: number
  bytes: number
  evictions: number
}

/** Keys that begin alike. */
export interface KeyGroupFigures {
  name: string
  hits: { memory: number; redis: number }
  staleHits: number
  misses: { absent: number; expired: number; invalidated: number; unreachable: number; corrupt: number }
  loads: number
  loadErrors: number
  /** How long their loaders ran, together. */
  loadMs: number
  /** Reads that shared a load that another had begun. */
  sharedLoads: number
  bytes: number
}

/** One namespace of the object cache. */
export interface NamespaceFigures {
  namespace: string
  entries: number
  bytes: number
  hits: number
  staleHits: number
  collapsed: number
  misses: number
  loads: number
  loadErrors: number
  fencedFills: number
  inFlight: number
  evictions: number
  invalidations: number
  loadMs: { mean: number; p95: number }
  groups: KeyGroupFigures[]
}

/** The caches of one process, counted since its start; GET /_hotpath/api/cache. */
export interface CachesReport {
  worker: Worker
  http: HttpCacheFigures
  /** The application's own namespace first. */
  objects: NamespaceFigures[]
  cdns: { cdn: string }[]
  /** The routes whose cache was turned off. */
  off: readonly string[]
}

/** One copy of a cached value; times are milliseconds, what is past is negative. */
export interface CachedCopy {
  state: string
  freshForMs: number
  staleForMs: number
  keptForMs: number
  loadMs: number
  tags: string[]
}

/** Where a key's value lies; GET /_hotpath/api/cache/explain?key=&namespace=. */
export interface KeyExplanation {
  worker: Worker
  key: string
  namespace: string
  verdict: string
  memory: CachedCopy | null
  redis: CachedCopy | { unreachable: string } | null
}

/** What is known of the GET of a URL; GET /_hotpath/api/http/explain?url=&host=. */
export interface UrlExplanation {
  worker: Worker
  url: string
  host: string
  route: string
  headers: Readonly<Record<string, string>>
  tags: readonly string[] | null
  isPrivate: boolean
  stored: readonly {
    status: number
    ageMs: number
    freshForMs: number
    staleForMs: number
    bytes: number
    chosenBy: Readonly<Record<string, string | null>>
    tags: readonly string[]
  }[]
}

/** Some of what a purge would hit, and how much it is in all. */
export interface PurgeHits {
  count: number
  /** Keys, or paths with their query; the first found, at most twenty. */
  sample: string[]
}

/**
 * What a purge would drop from the memory of the process that answers; other processes, Redis and CDNs may hold more.
 * GET /_hotpath/api/cache/preview?tag=&tag=…&pattern=.
 */
export interface PurgePreview {
  worker: Worker
  http: PurgeHits
  /** Of each namespace in which something matches. */
  objects: (PurgeHits & { namespace: string })[]
}
