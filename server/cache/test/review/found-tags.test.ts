import { expect, test } from 'vitest'
import { member, testRedis } from './member.ts'

test('a search that found a value of Redis is not shared with who comes after one of its tags was invalidated', async () => {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis), member(redis)])
  await there.cache().getOrLoad('k', () => 'old', { tags: ['t'] })
  await expect.poll(() => there.sent('fill')).toBe(1)
  const cache = here.cache()
  // The mark of the namespace is known: its tag alone is asked about.
  await cache.getOrLoad('other', () => 1)
  await expect.poll(() => cache.peek('other')).toBe(1)
  // The value is found and its marks are learnt, but the search has not ended when the tag is invalidated.
  const held = here.hold('marks')
  const first = cache.getOrLoad('k', () => 'new')
  await held.arrived
  await cache.invalidate({ tags: ['t'] })
  const second = cache.getOrLoad('k', () => 'new')
  held.release()
  expect(await first).toBe('old')
  expect(await second).toBe('new')
})
