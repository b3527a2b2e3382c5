import { describe, expect, test } from 'vitest'
import { defineScenarios, type RunResult } from '@hotpath/load'
import {
  compareEndpoints,
  type EndpointFile,
  measureEndpoints,
  parseEndpoints,
} from '@hotpath/load/endpoints'
import { route } from '@hotpath/core'
import { readEnvironment } from '../../src/environment.ts'
import { startServer } from '../server.ts'

const routes = [route('GET /fast', {}), route('GET /slow', {}), route('GET /broken', {})] as const

const scenarios = Object.values(
  defineScenarios(routes, ({ request, scenario }) => ({
    reader: scenario({
      async run({ send, think }) {
        await send(request('GET /fast'))
        await think(60)
        await send(request('GET /slow'))
      },
    }),
    other: scenario({ run: () => request('GET /broken') }),
  })),
)

test('end points are measured one request at a time and without pauses', async () => {
  let underWay = 0
  let most = 0
  await using server = await startServer((request, response) => {
    most = Math.max(most, ++underWay)
    const answer = () => {
      underWay -= 1
      response.writeHead(request.url === '/broken' ? 500 : 200).end()
    }
    if (request.url === '/slow') setTimeout(answer, 15)
    else answer()
  })
  const endpoints = await measureEndpoints({ scenarios, origin: server.origin, rounds: 3, duration: '200ms' })
  expect(endpoints.map(({ name }) => name)).toEqual(['GET /broken', 'GET /fast', 'GET /slow'])
  const [broken, fast, slow] = endpoints
  expect(broken!.errors).toBe(broken!.requests)
  expect([fast!.errors, slow!.errors]).toEqual([0, 0])
  expect(fast!.requests).toBeGreaterThan(2)
  expect(Math.min(...slow!.p50Ms)).toBeGreaterThanOrEqual(14)
  expect(most).toBe(1)
})

const row = (name: string, requests: number, p50: number | null) => ({
  name,
  requests,
  errors: name === 'GET /broken' ? requests : 0,
  responseMs: { p50, p95: p50 === null ? null : 2 * p50 },
})

const resultOf = (endpoints: readonly ReturnType<typeof row>[]) => ({ endpoints }) as unknown as RunResult

test('each round adds the times of every end point that it reached, by requests where several scenarios did', async () => {
  const seeds: unknown[] = []
  const endpoints = await measureEndpoints({
    scenarios,
    rounds: 2,
    async drive({ scenarios: visited, seed }) {
      seeds.push(seed)
      const rows =
        'name' in visited && visited.name === 'reader'
          ? [row('GET /fast', 30, 1), row('GET /slow', 10, 20)]
          : [row('GET /broken', 5, 3), row('GET /fast', 10, 5), row('GET /slow', 0, null)]
      return resultOf(rows)
    },
  })
  expect(seeds).toEqual([1, 1, 2, 2])
  expect(endpoints).toEqual([
    { name: 'GET /broken', requests: 10, errors: 10, p50Ms: [3, 3], p95Ms: [6, 6] },
    { name: 'GET /fast', requests: 80, errors: 0, p50Ms: [2, 2], p95Ms: [4, 4] },
    { name: 'GET /slow', requests: 20, errors: 0, p50Ms: [20, 20], p95Ms: [40, 40] },
  ])
})

test('stopped early, it keeps the rounds that were complete', async () => {
  const stop = new AbortController()
  const endpoints = await measureEndpoints({
    scenarios,
    rounds: 50,
    drive: async () => resultOf([row('GET /fast', 1, 1)]),
    signal: stop.signal,
    onProgress: ({ done }) => done === 3 && stop.abort(),
  })
  expect(endpoints.map(({ p50Ms }) => p50Ms)).toEqual([[1]])
})

describe('two files', async () => {
  const environment = await readEnvironment()
  const rounds = [1, 1.02, 0.98, 1.01, 0.99, 1.03, 0.97, 1]
  const file = (medians: Record<string, number>): EndpointFile => ({
    startedAt: '2026-11-21T12:00:00.000Z',
    environment,
    endpoints: Object.entries(medians).map(([name, ms]) => ({
      name,
      requests: 100,
      errors: 0,
      p50Ms: rounds.map((factor) => factor * ms),
      p95Ms: rounds.map((factor) => 2 * factor * ms),
    })),
  })

  test('an end point that became slower is found among others; new and missing ones are named', () => {
    const { verdict, endpoints, notes } = compareEndpoints(
      file({ a: 10, b: 10, c: 1 }),
      file({ a: 10, b: 14, d: 1 }),
      {
        margin: 0.1,
      },
    )
    expect(verdict).toBe('REGRESSED')
    expect(endpoints.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['a', 'EQUIVALENT'],
      ['b', 'REGRESSED'],
    ])
    expect(notes).toEqual(['No longer measured: c.', 'New: d.'])
  })

  test('what cannot be told says how many rounds would tell, or that none would', () => {
    const noisy = (times: number[]): EndpointFile => {
      const whole = file({ a: 10 })
      return { ...whole, endpoints: [{ ...whole.endpoints[0]!, p50Ms: times }] }
    }
    const advice = (after: number[], margin = 0.1) =>
      compareEndpoints(noisy([9, 10, 11, 10, 9.5, 10.5]), noisy(after), { margin })
    const open = advice([9.6, 10.6, 11.6, 10.6, 10.1, 11.1])
    expect(open.verdict).toBe('INCONCLUSIVE')
    const [, rounds] = /^a: 6 rounds leave it open; .*--rounds (\d+)/.exec(open.notes[0]!) ?? []
    expect(Number(rounds)).toBeGreaterThan(6)
    expect(Number(rounds)).toBeLessThanOrEqual(60)
    expect(advice([5, 10, 20, 8, 14, 11]).notes[0]).toMatch(/more than 60: .*--duration/)
    const [one] = compareEndpoints(file({ a: 10 }), file({ b: 10 }), { margin: 0.1 }).notes.slice(-1)
    expect(one).toContain('in both files')
  })

  test('files of different machines are not judged', () => {
    const before = { ...file({ a: 10 }), environment: { ...environment, cores: 64, fingerprint: 'other' } }
    const { verdict, notes } = compareEndpoints(before, file({ a: 20 }), { margin: 0.1 })
    expect(verdict).toBe('INCONCLUSIVE')
    expect(notes[0]).toMatch(/different cores/)
  })

  test('what was written is read again, and anything else is refused in words', () => {
    const written = file({ a: 10 })
    expect(parseEndpoints(JSON.stringify(written), 'a.json')).toEqual(written)
    expect(() => parseEndpoints('{"endpoints": 1}', 'a.json')).toThrow(/no list "endpoints"/)
    expect(() => parseEndpoints('{"endpoints": []}', 'a.json')).toThrow(/where it was measured/)
    const odd = { environment, endpoints: [{ name: 'a', p50Ms: ['1'], p95Ms: [] }] }
    expect(() => parseEndpoints(JSON.stringify(odd), 'a.json')).toThrow(/end point 1/)
  })
})
