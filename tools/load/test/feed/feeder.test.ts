import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createFeeder, createRandom } from '@hotpath/load'
import { createFeeds } from '../../src/feed/feeder.ts'
import { readThink } from '../../src/session/think.ts'
import { get, pass } from '../pass.ts'

const rows = Array.from({ length: 10 }, (_, id) => ({ id }))
const taken = (feeder: ReturnType<typeof createFeeder>, count: number, share = { index: 0, of: 1 }) => {
  const feeds = createFeeds({ seed: 1, share })
  const random = createRandom(1)
  return Array.from({ length: count }, () => Number(feeds.next(feeder, random).id))
}
const all = rows.map(({ id }) => id)

test('feeders give rows in order, over and over', () => {
  expect(taken(createFeeder(rows), 12)).toEqual([...all, 0, 1])
})

test('feeders shuffle the same way with the same seed, each row once in a round', () => {
  const feeder = createFeeder(rows, { order: 'shuffle' })
  const twice = taken(feeder, 20)
  expect(taken(feeder, 20)).toEqual(twice)
  expect(twice.slice(0, 10)).not.toEqual(all)
  expect(twice.slice(0, 10)).not.toEqual(twice.slice(10))
  expect(twice.slice(0, 10).sort((a, b) => a - b)).toEqual(all)
  expect(twice.slice(10).sort((a, b) => a - b)).toEqual(all)
})

test.each(['sequential', 'shuffle'] as const)(
  'feeders give no row twice to several generators: %s',
  (order) => {
    const feeder = createFeeder(rows, { order, unique: true })
    const shares = [0, 1, 2].map((index) => taken(feeder, index === 0 ? 4 : 3, { index, of: 3 }))
    expect(shares.flat().sort((a, b) => a - b)).toEqual(all)
    expect(() => taken(feeder, 5, { index: 0, of: 3 })).toThrow('has no row left: all 4 of this generator')
  },
)

test('feeders read CSV and JSON files', () => {
  using folder = mkdtempDisposableSync(path.join(tmpdir(), 'feed-'))
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder.path, name), text)
    return path.join(folder.path, name)
  }
  const csv = createFeeder(file('a.csv', '\uFEFFname,city\n"Ada, L.",Paris\n\nBob,"a ""b"""\n'))
  expect(csv.rows).toEqual([
    { name: 'Ada, L.', city: 'Paris' },
    { name: 'Bob', city: 'a "b"' },
  ])
  expect(createFeeder(file('b.json', '[{"n":1}]')).rows).toEqual([{ n: 1 }])
  expect(() => createFeeder(file('c.csv', 'name\n'))).toThrow('it has no rows')
  expect(() => createFeeder(file('d.json', '{"n":1}'))).toThrow('holds no list')
  expect(() => createFeeder(path.join(folder.path, 'none.csv'))).toThrow('ENOENT')
})

test('feeders that run out stop the run and say so', async () => {
  const feeder = createFeeder(rows, { unique: true, name: 'people' })
  const run = pass(
    (_request, response) => response.end(),
    async ({ send, feed }) => send(get(`/${String(feed(feeder).id)}`)),
    { iterations: 11 },
  )
  await expect(run).rejects.toMatchObject({ code: 'HP_LOAD_FEEDER_EXHAUSTED' })
})

test('think times have the distribution asked for', () => {
  const random = createRandom(5)
  const draw = (given: Parameters<typeof readThink>[0]) => {
    const think = readThink(given)
    return Array.from({ length: 20_000 }, () => think(random)).sort((a, b) => a - b)
  }
  const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
  const uniform = draw({ uniform: ['1s', '3s'] })
  expect(uniform[0]).toBeGreaterThanOrEqual(1000)
  expect(uniform.at(-1)).toBeLessThanOrEqual(3000)
  expect(mean(uniform) / 2000).toBeCloseTo(1, 1)
  expect(mean(draw({ exponential: '2s' })) / 2000).toBeCloseTo(1, 1)
  const lognormal = draw({ lognormal: '4s', sigma: 0.5 })
  expect(lognormal[10_000]! / 4000).toBeCloseTo(1, 1)
  // The quantile of a log-normal: median · exp(σ · z).
  expect(lognormal[19_000]! / (4000 * Math.exp(0.5 * 1.645))).toBeCloseTo(1, 1)
  expect(() => readThink({ uniform: ['3s', '1s'] })).toThrow('from less to more')
})
