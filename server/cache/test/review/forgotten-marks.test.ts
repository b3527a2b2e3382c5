import { expect, test } from 'vitest'
import { createCache, createTagSpace } from '@hotpath/cache'

test('a value held for a load that may fail is not served once its marks are forgotten', async () => {
  let now = 0
  const tags = createTagSpace({ maxMarks: 1, clock: () => now })
  const cache = createCache({ namespace: 'n', tags, ttl: 10, staleIfError: '1h', maxEntries: 1 })
  await cache.getOrLoad('k', (load) => {
    load.addTags('t')
    return 'old'
  })
  now = 100
  const failing = Promise.withResolvers<string>()
  const first = cache.getOrLoad('k', () => failing.promise)
  // Nothing but the load holds the old value now, and no mark that it depends on is in use any more.
  await cache.set('other', 1)
  await cache.set('another', 2)
  for (const tag of ['u', 'v', 'w']) await cache.invalidate({ tags: [tag] })
  await cache.invalidate({ tags: ['t'] })
  const second = cache.getOrLoad('k', () => 'never called')
  failing.reject(new Error('the origin is away'))
  await first.catch(() => {})
  await expect(second).rejects.toThrow('the origin is away')
})
