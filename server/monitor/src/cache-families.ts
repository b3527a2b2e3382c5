import type { Family } from './exposition.ts'
import type { CacheFigures, HttpCacheFigures } from './sources.ts'

type Column<Figures> = [name: string, field: keyof Figures, help: string]

const objectCache: Column<CacheFigures>[] = [
  ['hotpath_cache_entries', 'entries', 'Entries kept now.'],
  ['hotpath_cache_bytes', 'bytes', 'Bytes kept now, as estimated.'],
  ['hotpath_cache_hits_total', 'hits', 'Reads answered with a fresh value.'],
  [
    'hotpath_cache_stale_hits_total',
    'staleHits',
    'Reads answered with a stale value while it was refreshed.',
  ],
  ['hotpath_cache_misses_total', 'misses', 'Reads that found nothing they could use.'],
  ['hotpath_cache_collapsed_total', 'collapsed', 'Reads that shared a load in flight.'],
  ['hotpath_cache_loads_total', 'loads', 'Runs of loaders.'],
  ['hotpath_cache_load_errors_total', 'loadErrors', 'Runs of loaders that failed.'],
  ['hotpath_cache_fenced_fills_total', 'fencedFills', 'Loads overtaken by an invalidation and not stored.'],
  ['hotpath_cache_evictions_total', 'evictions', 'Entries dropped for want of room.'],
  ['hotpath_cache_invalidations_total', 'invalidations', 'Invalidations, hard and soft.'],
]

const httpCache: Column<HttpCacheFigures>[] = [
  ['hotpath_http_cache_entries', 'entries', 'Responses kept now.'],
  ['hotpath_http_cache_bytes', 'bytes', 'Bytes kept now.'],
  ['hotpath_http_cache_hits_total', 'hits', 'Requests answered with a fresh response.'],
  ['hotpath_http_cache_stale_hits_total', 'staleHits', 'Requests answered with a stale response.'],
  [
    'hotpath_http_cache_collapsed_total',
    'collapsed',
    'Requests that shared the answer to another in flight.',
  ],
  ['hotpath_http_cache_misses_total', 'misses', 'Requests that found no response they could use.'],
  ['hotpath_http_cache_bypassed_total', 'bypassed', 'Requests that may not be answered from the cache.'],
  ['hotpath_http_cache_not_stored_total', 'notStored', 'Responses that may not be stored, or are too large.'],
  ['hotpath_http_cache_evictions_total', 'evictions', 'Responses dropped for want of room.'],
]

/** The object caches' figures, labelled by the cache's namespace. */
export function objectCacheFamilies(read: () => readonly CacheFigures[]): Family[] {
  const columns = objectCache.map(([name, field, help]): Family => ({
    name,
    help,
    type: typeOf(name),
    samples: () =>
      read().map((figures) => ({ labels: { cache: figures.namespace }, value: Number(figures[field]) })),
  }))
  const tiers: Family = {
    name: 'hotpath_cache_tier_hits_total',
    help: 'Reads answered with a fresh value, by the tier that had it.',
    type: 'counter',
    samples: () => read().flatMap(tierSamples),
  }
  return [...columns, tiers]
}

/** The HTTP cache's figures. */
export function httpCacheFamilies(read: () => HttpCacheFigures): Family[] {
  return httpCache.map(([name, field, help]) => ({
    name,
    help,
    type: typeOf(name),
    samples: () => [{ value: read()[field] }],
  }))
}

function typeOf(name: string): 'counter' | 'gauge' {
  return name.endsWith('_total') ? 'counter' : 'gauge'
}

function tierSamples({ namespace, groups = [] }: CacheFigures) {
  return (['memory', 'redis'] as const).map((tier) => ({
    labels: { cache: namespace, tier },
    value: groups.reduce((sum, { hits }) => sum + hits[tier], 0),
  }))
}
