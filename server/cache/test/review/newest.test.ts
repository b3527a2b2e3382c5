import { expect, test } from 'vitest'
import { member, testRedis } from './member.ts'

test('what get finds in Redis does not replace what was loaded while it looked', async () => {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis), member(redis)])
  const options = { ttl: 1, staleWhileRevalidate: '1h' } as const
  await there.cache(options).getOrLoad('k', () => 'old')
  await expect.poll(() => there.sent('fill')).toBe(1)
  const cache = here.cache(options)
  await expect.poll(() => cache.explain('k')).toMatchObject({ redis: { state: 'stale' } })

  const held = here.hold('MGET')
  const looking = cache.get('k')
  await held.arrived
  await cache.set('other', 1) // Something else goes on meanwhile.
  held.release()
  await looking
  // Memory has the stale value; the next look and the refresh run beside each other.
  const again = here.hold('MGET')
  const lookingAgain = cache.get('k')
  await again.arrived
  expect(await cache.getOrLoad('k', () => 'new', { ttl: '1h' })).toBe('old')
  await expect.poll(() => cache.peek('k')).toBe('new')
  again.release()
  await lookingAgain
  expect(await cache.getOrLoad('k', () => 'newer', { ttl: '1h' })).toBe('new')
})
