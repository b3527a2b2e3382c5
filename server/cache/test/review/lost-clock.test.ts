import { expect, test } from 'vitest'
import { createNames } from '../../src/shared/names.ts'
import { member, testRedis } from './member.ts'

const names = createNames('review')

async function fleet(options: Parameters<typeof member>[1] = {}) {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis, options), member(redis, options)])
  const caches = [here.cache(), there.cache()] as const
  // The mark of the namespace exists, at the lowest of stamps.
  await caches[0].getOrLoad('first', () => 1)
  return { here, there, caches }
}

/** Otherwise the next process that announces itself ends what was stored before. */
const trustFailover = true

test('a strong read finds no entry from before the clock was lost, whose key was invalidated since', async () => {
  const { here, caches } = await fleet()
  const [reader, writer] = caches
  await writer.set('k', 'old')
  expect(await reader.getOrLoad('k', () => 'unused')).toBe('old')
  await here.command(['DEL', names.clock])
  expect(await writer.invalidate({ keys: ['k'] })).toEqual({ acknowledged: true })
  expect(await reader.getOrLoad('k', () => 'new', { read: 'strong' })).toBe('new')
})

test('a value set while the clock was lost is reached by the next invalidation of its key', async () => {
  const { here, there, caches } = await fleet({ trustFailover })
  const [setter, writer] = caches
  await here.command(['DEL', names.clock])
  here.delay('attach')
  await setter.set('k', 'old')
  there.delay('attach')
  expect(await writer.invalidate({ keys: ['k'] })).toEqual({ acknowledged: true })
  expect(await writer.getOrLoad('k', () => 'new')).toBe('new')
})

test('a load begun while the clock was lost is reached by the next invalidation of its key', async () => {
  const { here, caches } = await fleet({ trustFailover })
  const [loader, writer] = caches
  await here.command(['DEL', names.clock])
  const announced = here.delay('attach')
  const old = Promise.withResolvers<string>()
  const first = loader.getOrLoad('k', () => old.promise)
  await expect.poll(() => loader.stats().loads).toBe(2)
  expect(await writer.invalidate({ keys: ['k'] })).toEqual({ acknowledged: true })
  announced()
  old.resolve('old')
  expect(await first).toBe('old')
  await expect.poll(() => here.sent('fill')).toBe(2)
  expect(await writer.getOrLoad('k', () => 'new')).toBe('new')
})
