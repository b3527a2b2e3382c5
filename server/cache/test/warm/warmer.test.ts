import { createTestCache } from '@hotpath/cache/testing'
import { expect, test } from 'vitest'
import { createWarmer } from '../../src/warmer.ts'

function openWarmer() {
  const { cache } = createTestCache()
  const warmer = createWarmer()
  for (const name of ['ballots', 'candidates', 'home']) {
    warmer.declare({ name, cache, keys: () => [`${name}:1`], load: () => name.length })
  }
  return { cache, warmer }
}

test('all that was declared is warmed, in that order', async () => {
  const { cache, warmer } = openWarmer()
  expect(warmer.names()).toEqual(['ballots', 'candidates', 'home'])
  const order: string[] = []
  const result = await warmer.run({ onProgress: ({ name }) => order.push(name) })
  expect(result).toMatchObject({ loaded: 3, failed: 0 })
  expect(order).toEqual(['ballots', 'candidates', 'home'])
  expect(cache.peek('home:1')).toBe(4)
})

test('some may be chosen by name', async () => {
  const { cache, warmer } = openWarmer()
  expect(await warmer.run({ names: ['home'] })).toMatchObject({ loaded: 1 })
  expect([cache.peek('home:1'), cache.peek('ballots:1')]).toEqual([4, undefined])
  expect(await warmer.run({ names: [] })).toMatchObject({ loaded: 0 })
})

test('an unknown name is refused with those that are known, before anything is loaded', async () => {
  const { cache, warmer } = openWarmer()
  await expect(warmer.run({ names: ['home', 'hime'] })).rejects.toMatchObject({
    code: 'HP_CACHE_WARM_UNKNOWN',
    message: expect.stringContaining('ballots, candidates, home') as string,
  })
  expect(cache.peek('home:1')).toBeUndefined()
  await expect(createWarmer().run({ names: ['a'] })).rejects.toThrow('The application declared: none.')
})

test('a name is taken once', () => {
  const { cache, warmer } = openWarmer()
  expect(() => warmer.declare({ name: 'home', cache, keys: () => [], load: () => 1 })).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_WARM_NAME_TAKEN' }),
  )
})
