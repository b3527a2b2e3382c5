import { describe, expect, test } from 'vitest'
import { type Kind, kinds, useWorlds } from './worlds.ts'

const worlds = useWorlds()

describe.each(kinds)('a preview of an invalidation, %s', (kind: Kind) => {
  test('names what the invalidation then drops, and drops nothing itself', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({})
    await cache.getOrLoad('ballot:1', () => 'one', { tags: ['city:7'] })
    await cache.getOrLoad('ballot:2', () => 'two', { tags: ['city:8'] })
    await cache.getOrLoad('user:1', () => 'three', { tags: ['city:7'] })
    await expect.poll(() => cache.preview({ pattern: '*' }).count).toBe(3)
    expect(cache.preview({ tags: ['city:7'] })).toEqual({ count: 2, sample: ['ballot:1', 'user:1'] })
    expect(cache.preview({ pattern: 'ballot:*' })).toEqual({ count: 2, sample: ['ballot:1', 'ballot:2'] })
    expect(cache.preview({ keys: ['user:1'] })).toEqual({ count: 1, sample: ['user:1'] })
    expect(cache.preview({ tags: ['city:7'], pattern: 'ballot:2' }).count).toBe(3)
    await cache.invalidate({ tags: ['city:7'] })
    // What Redis has to be asked about counts until it was.
    for (const key of ['ballot:1', 'user:1']) expect(await cache.get(key)).toBeUndefined()
    expect(cache.preview({ tags: ['city:7'] })).toEqual({ count: 0, sample: [] })
    expect(cache.preview({ pattern: '*' }).sample).toEqual(['ballot:2'])
  })

  test('names twenty of many, and refuses what invalidate refuses', async () => {
    const cache = (await worlds.open(kind)).cache({})
    for (let index = 0; index < 25; index++) await cache.getOrLoad(`a:${index}`, () => index)
    await expect.poll(() => cache.preview({ pattern: 'a:*' }).count).toBe(25)
    expect(cache.preview({ pattern: 'a:*' }).sample).toHaveLength(20)
    expect(() => cache.preview({})).toThrow(expect.objectContaining({ code: 'HP_CACHE_SELECTION_INVALID' }))
  })
})
