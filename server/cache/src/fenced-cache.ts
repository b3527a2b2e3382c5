import type { Cache } from './cache.ts'
import { createChanges } from './changes.ts'
import { createCore } from './core.ts'
import { explain } from './explain.ts'
import type { LoadMeter } from './load-meter.ts'
import { createLookups } from './lookups.ts'
import { type CacheSettings, requireKey } from './options.ts'
import { previewInvalidation } from './preview.ts'

/** The cache whose fills are fenced: see TagSpace for the fence of a tag, InFlight for that of a key. */
export function createFencedCache(settings: CacheSettings, meter: LoadMeter): Cache {
  const core = createCore(settings, meter)
  const { namespace, store, groups } = settings
  const { memory, inFlight, counts, shared } = core
  return {
    ...createLookups(core),
    ...createChanges(core),
    preview: (what) => previewInvalidation(core, what),
    async explain(key) {
      requireKey(key)
      return explain({ settings, memory, tier: shared?.tier ?? null, address: core.addressOf(key) })
    },
    stats: () => ({
      namespace,
      entries: store.size(),
      bytes: store.bytes(),
      ...counts,
      inFlight: inFlight.size(),
      evictions: store.evictions(),
      ...meter.stats(),
      groups: groups.snapshot(),
    }),
  }
}
