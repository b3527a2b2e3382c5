import { expect, test } from 'vitest'
import { urlScenario } from '@hotpath/load'
import { type RunFlags, runOptions } from '../src/load/run-options.ts'

const target = {
  scenarios: [urlScenario('http://127.0.0.1:4000/')],
  label: 'x',
  imported: null,
} as unknown as Parameters<typeof runOptions>[0]
const plain: RunFlags = {
  connections: 512,
  arrivals: 'poisson',
  seed: 1,
  budget: [],
  keepAlive: true,
  header: [],
}
const options = (flags: Partial<RunFlags>) => runOptions(target, { ...plain, ...flags })

test('without flags of a shape the load is 50 arrivals per second for 10 s after a warm-up', () => {
  expect(options({})).toMatchObject({ model: 'open', rate: 50, duration: '10s', warmup: '1s' })
})

test('stages are durations and levels, a range where they jump; they have their own duration', () => {
  const read = options({ stages: '10s:100, 1m:50..500' })
  expect(read.stages).toEqual([
    { duration: '10s', rate: 100 },
    { duration: '1m', from: 50, rate: 500 },
  ])
  expect(read.duration).toBeUndefined()
  expect(options({ stages: '10s:5', model: 'closed' }).stages).toEqual([{ duration: '10s', users: 5 }])
})

test('users, pauses and iterations mean the closed model', () => {
  expect(options({ users: 5, think: '1s' })).toMatchObject({ model: 'closed', users: 5, think: '1s' })
  const counted = options({ iterations: 7 })
  expect(counted).toMatchObject({ model: 'closed', iterations: 7 })
  expect(counted.warmup).toBeUndefined()
})

test('headers, connections and certificates are as the flags say', () => {
  const flags = { keepAlive: false, insecure: true, redirects: 3, compression: true }
  const read = options({ ...flags, header: ['X-A: b: c'] })
  expect(read).toMatchObject({ ...flags, headers: { 'X-A': 'b: c' } })
})

test.each<[Partial<RunFlags>, string]>([
  [{ stages: '10s' }, '--stages'],
  [{ stages: 'soon:5' }, '--stages'],
  [{ model: 'open', users: 5 }, '--model'],
  [{ users: 5, rate: 10 }, '--rate'],
  [{ header: ['nothing'] }, '--header'],
  [{ arrivals: 'random' }, '--arrivals'],
])('refuses %o', (flags, option) => {
  expect(() => options(flags)).toThrow(option)
})
