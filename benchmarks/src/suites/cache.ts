import { startRedis } from '@hotpath/cache/local'
import { evictionBars } from '../cache/eviction.ts'
import { growthBars } from '../cache/growth.ts'
import { hitBars } from '../cache/hits.ts'
import { invalidationBar } from '../cache/invalidation.ts'
import { memoryBars } from '../cache/memory.ts'
import { redisReadBars } from '../cache/redis-reads.ts'
import { stampedeBar } from '../cache/stampede.ts'
import { visibilityBars } from '../cache/visibility.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

const packages = [
  'bentocache',
  'cacheable',
  'cache-manager',
  '@epic-web/cachified',
  '@keyv/redis',
  'keyv',
  'redis',
  'ioredis',
  'lru-cache',
]

/**
 * The two tiers beside the caches that Node uses. Every cache is measured in a process of its own, in turn with the
 * others; beside it only its Redis runs, which is a server of this run alone.
 */
export const cache: Suite = {
  name: 'cache',
  description: 'hits, Redis reads, stampedes, invalidation, memory and hit ratios beside other caches',
  versions: () => ({
    ...Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
    'redis-server': programVersion('redis-server', '--version'),
  }),
  async run(context) {
    const withRedis = await onRedis(context)
    return [
      ...withRedis,
      ...(await growthBars(context)),
      ...(await memoryBars(context)),
      ...evictionBars(context),
    ]
  },
}

async function onRedis(context: SuiteContext): Promise<BarResult[]> {
  const bars: BarResult[] = []
  const families: ((redisUrl: string, context: SuiteContext) => Promise<BarResult | BarResult[]>)[] = [
    hitBars,
    redisReadBars,
    stampedeBar,
    invalidationBar,
    visibilityBars,
  ]
  // A fresh server each: one family's keys must not be another's burden.
  for (const family of families) {
    const redis = await startRedis()
    try {
      bars.push(...[await family(redis.url, context)].flat())
    } finally {
      await redis.stop()
    }
  }
  return bars
}
