import { expect, test } from 'vitest'
import { createMemoryStore } from '@hotpath/cache'
import type { CacheEntry } from '../../src/entry.ts'
import { member, testRedis } from './member.ts'

test('a store that cannot let go of a key makes its cache ask Redis, and the other caches hear as ever', async () => {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis), member(redis)])
  const inner = createMemoryStore<CacheEntry>()
  const store = {
    ...inner,
    delete(): boolean {
      throw new Error('the store is broken')
    },
  }
  const [broken, sound] = [here.cache({ store }), here.cache()]
  const writer = there.cache()
  for (const cache of [broken, sound]) {
    for (const key of ['k', 'other']) await cache.getOrLoad(key, () => 'old')
  }
  await writer.invalidate({ keys: ['k', 'other'] })
  await expect.poll(() => sound.peek('other')).toBe(undefined)
  expect(await broken.getOrLoad('k', () => 'new')).toBe('new')
  expect(await sound.getOrLoad('k', () => 'new')).toBe('new')
})
