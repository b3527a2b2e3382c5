import { expect, test } from 'vitest'
import { member, testRedis } from './member.ts'

/** Its bytes take longer to compress than a turn of the event loop. */
const large = (text: string) => ({ text, filling: 'x'.repeat(200_000) })

test('the tags of a caller that joins while the value is compressed count', async () => {
  const here = await member(await testRedis())
  const written = Promise.withResolvers<void>()
  const cache = here.cache({
    serializer: {
      serialize(value) {
        if (value !== 1) written.resolve()
        return JSON.stringify(value)
      },
      deserialize: (bytes) => JSON.parse(bytes.toString()),
    },
  })
  // The marks exist: making them would tell everybody that they changed.
  await cache.getOrLoad('other', () => 1, { tags: ['a', 'b'] })
  await expect.poll(() => cache.peek('other')).toBe(1)
  const first = cache.getOrLoad('k', () => large('old'), { tags: ['a'] })
  await written.promise
  const second = cache.getOrLoad('k', () => large('own'), { tags: ['b'] })
  expect(await Promise.all([first, second])).toMatchObject([{ text: 'old' }, { text: 'old' }])
  expect(cache.stats().collapsed).toBe(1)

  await cache.invalidate({ tags: ['b'] })
  expect(await cache.getOrLoad('k', () => large('new'), { tags: ['b'] })).toMatchObject({ text: 'new' })
})
