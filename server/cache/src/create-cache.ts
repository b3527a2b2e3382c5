import type { Cache } from './cache.ts'
import { createFencedCache } from './fenced-cache.ts'
import { createLoadMeter } from './load-meter.ts'
import { type CacheOptions, readOptions } from './options.ts'
import { createPassThrough } from './pass-through.ts'

/**
 * Makes a cache.
 * @throws HP_CACHE_NAMESPACE_INVALID, HP_CACHE_BOUND_INVALID, HP_DURATION_INVALID, HP_BYTES_INVALID
 */
export function createCache(options: CacheOptions): Cache {
  const settings = readOptions(options)
  const meter = createLoadMeter(settings)
  return settings.enabled ? createFencedCache(settings, meter) : createPassThrough(settings, meter)
}
