import { type Duration, parseDuration } from '@hotpath/core'
import type { Cache } from '../cache.ts'
import { createCache } from '../create-cache.ts'
import { createTagSpace } from '../local-tag-space.ts'
import type { CacheOptions } from '../options.ts'
import type { TagSpace } from '../tag-space.ts'

/** Time that passes only when told to. */
export interface TestClock {
  /** Milliseconds since 1970; a new clock stands at the beginning of 2026. */
  now(): number
  /** Lets time pass. @throws HP_DURATION_INVALID */
  advance(duration: Duration): void
}

export interface TestCache {
  cache: Cache
  tags: TagSpace
  clock: TestClock
}

/** Those of createCache, but for what makes the cache deterministic. */
export type TestCacheOptions = Partial<Omit<CacheOptions, 'tags' | 'random' | 'enabled'>>

const start = Date.UTC(2026, 0, 1)
/** In the middle, so that jitter is seen and neither end is. */
const fixedRandom = 0.5

/**
 * A cache in memory for tests: values age only when `clock.advance('5m')` says so, and nothing depends on chance.
 * Time limits of loaders (`timeout`, `softTimeout`) still follow real time.
 * @throws what createCache throws
 */
export function createTestCache(options: TestCacheOptions = {}): TestCache {
  let now = start
  const clock: TestClock = {
    now: () => now,
    advance: (duration) => void (now += parseDuration(duration)),
  }
  const tags = createTagSpace({ clock: clock.now })
  const cache = createCache({ namespace: 'test', ...options, tags, random: () => fixedRandom })
  return { cache, tags, clock }
}
