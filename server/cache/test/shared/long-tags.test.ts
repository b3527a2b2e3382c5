import { createCache } from '@hotpath/cache'
import { startRedis } from '@hotpath/cache/local'
import { connectTagSpace } from '@hotpath/cache/redis'
import { afterAll, beforeAll, expect, test } from 'vitest'

let redis: Awaited<ReturnType<typeof startRedis>>
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

function open() {
  const tags = connectTagSpace({ url: redis.url, name: 'long-tags' })
  return { tags, cache: createCache({ namespace: 'test', tags }) }
}

test.for(['x'.repeat(300), '#begins with it', 'a\ttab', 'ü'.repeat(150), '\uD800'])(
  'a tag that is written as its digest overtakes what another process read: %j',
  async (tag) => {
    const [one, other] = [open(), open()]
    try {
      await expect.poll(() => [one, other].every(({ tags }) => tags.tier!.reachable())).toBe(true)
      let version = 1
      const key = `of ${tag}`
      const read = ({ cache }: typeof one) => cache.getOrLoad(key, () => version, { tags: [tag] })
      expect([await read(one), await read(other)]).toEqual([1, 1])
      version = 2
      expect(await one.cache.invalidate({ tags: [tag] }, { ack: 'fleet' })).toEqual({ acknowledged: true })
      expect([await read(one), await read(other)]).toEqual([2, 2])
    } finally {
      await Promise.all([one.tags.close(), other.tags.close()])
    }
  },
)
