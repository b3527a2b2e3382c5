import type { ServerSample, ServerSamples } from '@hotpath/core'
import { expect, onTestFinished, test } from 'vitest'
import { attribute } from '../../src/observe/attribute.ts'
import { observeRun } from '../../src/observe/observe-run.ts'
import { mergeProcesses, type ServerSide } from '../../src/observe/server-side.ts'
import { runLoad } from '../../src/run/run.ts'
import { urlScenario } from '../../src/scenario/url-scenario.ts'
import { startServer } from '../server.ts'

const sample = (at: number, changes: Partial<ServerSample> = {}): ServerSample => ({
  at,
  ms: 1_000,
  cpuSeconds: 0.5,
  loopCpuSeconds: 0.4,
  hostCpuSeconds: 1.5,
  databaseCpuSeconds: null,
  eventLoopDelayP99Ms: 2,
  eventLoopUtilisation: 0.5,
  gcMs: 10,
  rssBytes: 100,
  heapBytes: 50,
  requests: 100,
  errors: 0,
  requestMs: 1_000,
  p95Ms: 20,
  outcomes: { hit: 30, stale: 0, collapsed: 0, miss: 70, bypass: 0, off: 0 },
  routes: { 'GET /a': 60, 'GET /b': 40 },
  statements: 70,
  statementMs: 350,
  statementP95Ms: 6,
  poolWaitP95Ms: 0,
  poolHeldMs: 400,
  poolWaitedMs: 0,
  poolWaiting: 0,
  objectMemoryHits: 6,
  objectRedisHits: 2,
  objectMisses: 2,
  ...changes,
})
const bounds = { zero: 0, from: 0, until: 3_000 }
const shape = { cores: 2, machineCores: 2, poolSize: 10 }

test('slices of several processes add up to rates, and those outside of the run are left out', () => {
  const one = { ...shape, samples: [-1_000, 0, 1_000, 2_000, 3_000].map((at) => sample(at)) }
  const other = { ...shape, samples: [-500, 500, 1_500, 2_500].map((at) => sample(at, { ms: 500 })) }
  const side = mergeProcesses([one, other], bounds)!
  expect(side).toMatchObject({ processes: 2, poolSize: 20 })
  expect(side.samples.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000])
  // 100 in a second, and 100 in half of one.
  expect(side.samples[1]).toMatchObject({
    requestRate: 300,
    cpu: 1.5,
    machineCpu: 3,
    databaseCpu: null,
    httpHitShare: 0.3,
    memoryHitShare: 0.6,
    redisHitShare: 0.2,
  })
  expect(side.routes).toEqual([
    { name: 'GET /a', rates: [180, 180, 180] },
    { name: 'GET /b', rates: [120, 120, 120] },
  ])
})

/** The side of one process whose slices all have these figures. */
const sideOf = (changes: Partial<ServerSample>): ServerSide =>
  mergeProcesses([{ ...shape, samples: [0, 1_000, 2_000].map((at) => sample(at, changes)) }], bounds)!

test.each([
  ['pool', { poolWaitP95Ms: 30, poolHeldMs: 9_900 }, 'The pool explains 75% of p95'],
  ['database', { statementP95Ms: 35 }, 'The database explains 88% of p95'],
  [
    'event loop',
    { eventLoopDelayP99Ms: 30, eventLoopUtilisation: 0.97, statementP95Ms: 1 },
    'The event loop explains 75%',
  ],
] as const)('what explains p95 is named with its figures: %s', (name, changes, sentence) => {
  const found = attribute(sideOf(changes), 40)!
  expect(found.causes[0]!.name).toBe(name)
  expect(found.sentence).toContain(sentence)
})

test('causes never explain more than there is, and what nobody explains is said', () => {
  const { causes, unexplained } = attribute(sideOf({ poolWaitP95Ms: 90, statementP95Ms: 90 }), 40)!
  expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  expect(unexplained).toBeCloseTo(0)
  const calm = attribute(sideOf({ statementP95Ms: 0, eventLoopDelayP99Ms: 0, gcMs: 0 }), 40)!
  expect(calm.sentence).toContain('Nothing that the server tells explains p95')
  expect(calm.unexplained).toBe(1)
})

test('the database explains nothing where all requests are hits', () => {
  const outcomes = { hit: 100, stale: 0, collapsed: 0, miss: 0, bypass: 0, off: 0 }
  const found = attribute(sideOf({ outcomes, statementP95Ms: 39 }), 40)!
  expect(found.causes.some(({ name }) => name === 'database')).toBe(false)
})

const load = (origin: string) => () =>
  runLoad({ scenarios: urlScenario(`${origin}/`), rate: 20, duration: '2s' })

test('a run is told with what the server did in its measured time, by the clock of this machine', async () => {
  const ahead = 3_600_000
  let asked = 0
  await using server = await startServer((request, response) => {
    if (!request.url!.startsWith('/_hotpath/')) {
      response.end('ok')
      return
    }
    asked += 1
    expect(request.headers.authorization).toBe('Bearer of-the-console')
    const now = Date.now() + ahead
    const from = now - 10_000
    const samples = Array.from({ length: 10 }, (_, index) => sample(from + 1_000 * index))
    const answer: ServerSamples = { worker: { pid: 1, number: null }, now, ...shape, samples }
    response.end(JSON.stringify(answer))
  })
  const { origin } = server
  const result = await observeRun(load(origin), { origin, token: 'of-the-console' })
  expect(asked).toBeGreaterThanOrEqual(3)
  expect(result.requests).toBe(40)
  expect(result.server.samples.length).toBeGreaterThanOrEqual(1)
  expect(result.server.samples.length).toBeLessThanOrEqual(3)
  for (const { atMs } of result.server.samples) {
    expect(atMs).toBeGreaterThan(-600)
    expect(atMs).toBeLessThan(2_000)
  }
  expect(result.server.attribution).not.toBeNull()
}, 20_000)

test('of several processes, each is asked until it has told all of the run', async () => {
  let asked = 0
  await using server = await startServer((request, response) => {
    if (!request.url!.startsWith('/_hotpath/')) {
      response.end('ok')
      return
    }
    asked += 1
    const now = Date.now()
    const samples = Array.from({ length: 10 }, (_, index) => sample(now - 10_000 + 1_000 * index))
    // The second answers once before the run, and not again for a long time.
    const pid = asked === 1 || asked > 20 ? 2 : 1
    const answer: ServerSamples = { worker: { pid, number: null }, now, ...shape, samples }
    response.end(JSON.stringify(answer))
  })
  const { origin } = server
  const { server: seen } = await observeRun(load(origin), { origin })
  expect(seen.processes).toBe(2)
  expect(seen.samples.length).toBeGreaterThanOrEqual(1)
  expect(seen.samples.map(({ requestRate }) => requestRate)).toEqual(seen.samples.map(() => 200))
}, 20_000)

test('a process is watched from outside: CPU and memory, and nothing is made up', async () => {
  await using server = await startServer((_, response) => void response.end('ok'))
  const result = await observeRun(load(server.origin), { origin: server.origin, pid: process.pid })
  expect(result.server).toMatchObject({ source: 'process', routes: [], attribution: null })
  expect(result.server.samples[0]!.rssBytes).toBeGreaterThan(1e6)
  expect(result.server.samples[0]!.requestRate).toBeNull()
}, 20_000)

test.each([{ pid: 2 ** 22 + 1 }, {}])(
  'what cannot be watched is an error before the run: %j',
  async (what) => {
    await using server = await startServer((_, response) => void response.writeHead(404).end())
    let ran = false
    onTestFinished(() => expect(ran).toBe(false))
    const run = async () => {
      ran = true
      return load(server.origin)()
    }
    await expect(observeRun(run, { origin: server.origin, ...what })).rejects.toMatchObject({
      code: 'HP_LOAD_UNOBSERVED',
    })
  },
)
