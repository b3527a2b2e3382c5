import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const long = 'k'.repeat(1_000)

/** Key and pattern: those that match, and those that do not. */
const pairs = [
  ['ballot:1', 'ballot:*', true],
  ['ballot:1', '*', true],
  ['ballot:1', 'ballot:1', true],
  ['ballot:1', '*1', true],
  ['ballot:1', 'b*t:*', true],
  ['ballot:1', 'ballot', false],
  ['ballot:1', 'ballot:?', false],
  ['a.b', 'a.*', true],
  ['axb', 'a.*', false],
  [`${long}:1`, `${long}:*`, true],
  [`${long}:1`, 'k*1', true],
  [`${long}:1`, `${long}:2`, false],
  [`${long}:1`, '#*', false],
  ['#hash', '#*', true],
  ['[a]', '[a]', true],
  ['a', '[a]', false],
  ['100%', '100%*', true],
  ['100%25', '100%*', true],
  ['line\nbreak', 'line\n*', true],
  ['tab\tstop', '*\tstop', true],
  ['Žluťoučký:🐎', 'Žluť*:🐎', true],
  ['🐎', '🐎', true],
  ['\0', '\0', true],
  ['lone\uD83D:1', 'lone\uD83D:*', true],
  ['lone\uD83D', 'lone*', true],
  ['lone\uDC0E', '*\uDC0E', true],
  ['a b', 'a b', true],
] as const

describe.for(kinds)('in %s', (kind) => {
  test('a pattern reaches the keys that it matches and no others', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    for (const [key, pattern, matches] of pairs) {
      await cache.getOrLoad(key, () => 'old')
      await cache.invalidate({ pattern })
      const what = `${JSON.stringify(pattern)} on ${JSON.stringify(key).slice(0, 40)}`
      expect(await cache.get(key), what).toBe(matches ? undefined : 'old')
      expect(await cache.getOrLoad(key, () => 'new'), what).toBe(matches ? 'new' : 'old')
      await cache.delete(key)
    }
  })

  test('a load that began before is not stored, for short keys and long ones', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    for (const key of ['a:1', `${long}:1`, 'lone\uD83D:1']) {
      const origin = createDeferredLoad<string>()
      const before = cache.getOrLoad(key, origin.load)
      await until(() => origin.calls() === 1)
      await cache.invalidate({ pattern: '*:1' })
      const after = cache.getOrLoad(key, () => 'new')
      expect(await after, 'nobody waits for the old load').toBe('new')
      origin.resolve('old')
      expect(await before).toBe('old')
      expect(await cache.getOrLoad(key, () => 'newer')).toBe('new')
    }
    await until(() => cache.stats().fencedFills === 3)
  })

  test('a namespace keeps the newest 64 patterns: when one is forgotten, all that is older counts as overtaken', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const other = world.cache({ namespace: 'other' })
    await cache.getOrLoad('hit', () => 'old')
    await cache.getOrLoad('untouched', () => 'old')
    await other.getOrLoad('untouched', () => 'old')
    await cache.invalidate({ pattern: 'h*' })
    for (let count = 0; count < 63; count++) await cache.invalidate({ pattern: `none:${count}` })
    expect(await cache.get('untouched')).toBe('old')
    expect(await cache.get('hit')).toBeUndefined()
    await cache.invalidate({ pattern: 'none:64' })
    expect([await cache.get('untouched'), await cache.get('hit')]).toEqual([undefined, undefined])
    expect(await other.get('untouched')).toBe('old')
    expect(await cache.getOrLoad('untouched', () => 'new')).toBe('new')
    expect(await cache.get('untouched'), 'what is loaded afterwards is kept').toBe('new')
  })

  test('namespaces do not touch each other, whatever they are called', async () => {
    const world = await worlds.open(kind)
    const names = ['a', 'a:b', 'a@1', 'a b', 'á', 'A', '*']
    const caches = names.map((namespace) => world.cache({ namespace }))
    for (const [index, cache] of caches.entries()) {
      for (const each of caches) await each.getOrLoad('b:1', () => each.stats().namespace)
      await cache.invalidate({ pattern: '*' })
      const left = await Promise.all(caches.map((each) => each.get('b:1')))
      expect(left).toEqual(names.map((name, at) => (at === index ? undefined : name)))
    }
  })
})

test('a pattern reaches the other processes: what they keep, what they load, and what lies in Redis', async () => {
  const fleet = await worlds.openFleet({ connected: 3 })
  const [one, two, three] = [fleet.cache({}, 0), fleet.cache({}, 1), fleet.cache({}, 2)]
  for (const [key, pattern, matches] of pairs) {
    await one.getOrLoad(key, () => 'old')
    await two.getOrLoad(key, () => 'old')
    await one.invalidate({ pattern }, { ack: 'fleet' })
    const what = `${JSON.stringify(pattern)} on ${JSON.stringify(key).slice(0, 40)}`
    expect(await two.get(key), what).toBe(matches ? undefined : 'old')
    expect(await three.get(key), what).toBe(matches ? undefined : 'old')
    await one.delete(key)
  }
  const origin = createDeferredLoad<string>()
  const before = two.getOrLoad('a:1', origin.load)
  await until(() => origin.calls() === 1)
  await one.invalidate({ pattern: 'a:*' })
  origin.resolve('old')
  expect(await before).toBe('old')
  await until(() => two.stats().fencedFills === 1)
  expect(await one.getOrLoad('a:1', () => 'new')).toBe('new')
  expect(await two.getOrLoad('a:1', () => 'newer')).toBe('new')
})
