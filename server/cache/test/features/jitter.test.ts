import type { Cache, Copy } from '@hotpath/cache'
import { describe, expect, test } from 'vitest'
import { kinds, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const minute = 60_000

/** By either tier: what was set is in Redis alone until it is read. */
async function secondsLeft(cache: Cache, key: string): Promise<number> {
  const { memory, redis } = await cache.explain(key)
  return Math.round((memory ?? (redis as Copy)).freshForMs / 1000)
}

describe.for(kinds)('in %s', (kind) => {
  test.for([
    [0, 0, 60],
    [0.5, 0, 60],
    [0.5, 0.5, 45],
    [0.5, 0.9999, 30],
    [1, 0.5, 30],
  ] as const)(
    'a jitter of %f shortens a minute, at chance %f, to %i seconds',
    async ([jitter, random, seconds]) => {
      const world = await worlds.open(kind)
      const cache = world.cache({ ttl: minute, jitter, random: () => random })
      await cache.getOrLoad('a', () => 'value')
      await cache.set('b', 'value')
      for (const key of ['a', 'b']) {
        expect(await secondsLeft(cache, key)).toBe(seconds)
      }
    },
  )

  test('chance is thrown for each value', async () => {
    const world = await worlds.open(kind)
    let thrown = 0
    const cache = world.cache({ ttl: minute, jitter: 1, random: () => (thrown++ % 4) / 4 })
    const lives = new Set<number>()
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      await cache.set(key, 'value')
      lives.add(await secondsLeft(cache, key))
    }
    expect(lives.size).toBeGreaterThan(1)
  })
})

test('all processes hold a value for as long as the one that loaded it', async () => {
  const fleet = await worlds.openFleet()
  await fleet.cache({ ttl: minute, jitter: 0.5, random: () => 0.5 }, 0).getOrLoad('a', () => 'value')
  const other = fleet.cache({ ttl: minute, jitter: 0.5, random: () => 0 }, 1)
  await other.get('a')
  expect(await secondsLeft(other, 'a')).toBe(45)
})
