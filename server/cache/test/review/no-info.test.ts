import { expect, test } from 'vitest'
import { member, testRedis } from './member.ts'

test('processes that may not ask which server it is share what they load all the same', async () => {
  const redis = await testRedis()
  const admin = await member(redis)
  await admin.command(['ACL', 'SETUSER', 'default', '-info'])
  const [here, there] = [await member(redis), await member(redis)]
  const caches = [here.cache(), there.cache()] as const
  // Each hears that the other's coming began an epoch.
  for (const key of ['1', '2', '3', '4']) {
    for (const cache of caches) await cache.getOrLoad(`${key} of its own`, () => key)
  }
  await caches[0].getOrLoad('k', () => 'shared')
  await expect.poll(async () => (await caches[0].explain('k')).redis).toMatchObject({ state: 'fresh' })
  expect(await caches[1].getOrLoad('k', () => 'loaded twice')).toBe('shared')
  expect(here.sent('attach') + there.sent('attach')).toBeLessThanOrEqual(6)
})
