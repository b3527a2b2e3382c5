import type { Cache } from '@hotpath/cache'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLruStore } from '../lru-store.ts'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

const bytesOf = (cache: Cache, group: string) =>
  cache.stats().groups.find(({ name }) => name === group)?.bytes ?? 0

const sumOf = (cache: Cache) => cache.stats().groups.reduce((sum, { bytes }) => sum + bytes, 0)

describe.for(kinds)('in %s', (kind) => {
  test('the bytes of a group are those of its values in memory now', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    await cache.getOrLoad('small:1', () => 'x')
    await cache.getOrLoad('large:1', () => 'x'.repeat(10_000))
    expect(bytesOf(cache, 'small')).toBeGreaterThan(0)
    expect(bytesOf(cache, 'large')).toBeGreaterThan(10_000)
    expect(sumOf(cache)).toBe(cache.stats().bytes)
    await cache.getOrLoad('large:2', () => 'x'.repeat(10_000))
    expect(bytesOf(cache, 'large')).toBeGreaterThan(20_000)
    await cache.invalidate({ keys: ['large:1'] })
    await until(() => bytesOf(cache, 'large') < 20_000)
    await cache.invalidate({ pattern: 'large:*' })
    await until(() => bytesOf(cache, 'large') === 0)
    expect(bytesOf(cache, 'small')).toBeGreaterThan(0)
    expect(sumOf(cache)).toBe(cache.stats().bytes)
  })
})

test('they are right after any history of fills, replacements, evictions and drops', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.nat(12), fc.nat(4_000)), { minLength: 20, maxLength: 60 }),
      async (steps) => {
        const world = await worlds.open('one process')
        const cache = world.cache({ maxEntries: 6, maxBytes: 8_000 })
        for (const [kind, number, size] of steps) {
          const key = `g${number % 3}:${number}`
          if (kind < 2) await cache.set(key, 'x'.repeat(size), kind === 0 ? {} : { ttl: 0 })
          else if (kind === 2) await cache.delete(key)
          else await cache.invalidate({ pattern: `g${number % 3}:*` })
          expect(sumOf(cache)).toBe(cache.stats().bytes)
        }
      },
    ),
  )
})

test('a value larger than the whole store counts for nothing', async () => {
  const world = await worlds.open('one process')
  const cache = world.cache({ maxBytes: 2_000 })
  await cache.set('a:1', 'x')
  await cache.set('a:1', 'x'.repeat(10_000))
  expect(bytesOf(cache, 'a')).toBe(0)
  expect(sumOf(cache)).toBe(cache.stats().bytes)
})

test('a store of one’s own tells nothing of what leaves it', async () => {
  const world = await worlds.open('one process')
  const cache = world.cache({ store: createLruStore({ maxEntries: 10, maxBytes: 1_000_000 }) as never })
  await cache.set('a:1', 'x')
  expect(bytesOf(cache, 'a')).toBe(0)
})
