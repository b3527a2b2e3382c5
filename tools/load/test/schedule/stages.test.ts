import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runLoad, urlScenario } from '@hotpath/load'
import { planRun } from '../../src/run/plan.ts'
import { countArrivals, scheduleStages } from '../../src/schedule/schedule.ts'
import { shareOf, shareOfCount } from '../../src/schedule/share.ts'
import { levelAt, readStages, type Stage, totalMs } from '../../src/schedule/stages.ts'
import { readTrace } from '../../src/schedule/trace.ts'
import { beginnings, usersAt } from '../../src/schedule/users.ts'
import { startServer } from '../server.ts'

const scenarios = urlScenario('http://127.0.0.1:4000/')
const level = fc.integer({ min: 0, max: 400 })
const anyStages = fc.array(
  fc.record({ durationMs: fc.integer({ min: 1, max: 4000 }), from: level, to: level }),
  { minLength: 1, maxLength: 6 },
)

describe('arrivals of stages', () => {
  test('are as many as the area below the levels, at each moment, and in order', () => {
    fc.assert(
      fc.property(anyStages, (stages) => {
        const dues = scheduleStages(stages, { arrivals: 'uniform', seed: 1 })
        expect(dues.length).toBe(countArrivals(stages))
        // Rounding at the end of each stage moves an arrival by at most one place on each side.
        const misplaced = dues.findIndex(
          (due, index) =>
            due < (index === 0 ? 0 : dues[index - 1]!) || Math.abs(areaUntil(stages, due) - index) > 1 + 1e-6,
        )
        expect(misplaced).toBe(-1)
        expect(dues.at(-1) ?? 0).toBeLessThan(totalMs(stages))
      }),
    )
  })

  test('of a Poisson process follow the ramp (Kolmogorov–Smirnov)', () => {
    const stages = readStages([{ duration: '10s', rate: 1000 }], 'rate')
    const dues = scheduleStages(stages, { arrivals: 'poisson', seed: 7 })
    expect(dues.length).toBe(5000)
    // A ramp from nothing: the share that has come grows with the square of the time.
    const distances = Array.from(dues, (due, index) => Math.abs((due / 10_000) ** 2 - index / 5000))
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(5000))
  })

  test('are shared without rest', () => {
    fc.assert(
      fc.property(anyStages, fc.integer({ min: 1, max: 7 }), (stages, of) => {
        const all = scheduleStages(stages, { arrivals: 'poisson', seed: 3 })
        const shares = Array.from({ length: of }, (_, index) => shareOf(all, { index, of }))
        expect(Float64Array.from(shares.flatMap((share) => [...share])).sort()).toEqual(all)
        for (const [index, share] of shares.entries()) {
          expect(share.length).toBe(shareOfCount(all.length, { index, of }))
        }
      }),
    )
  })
})

function areaUntil(stages: readonly Stage[], ms: number): number {
  let area = 0
  let left = ms
  for (const { durationMs, from, to } of stages) {
    const within = Math.min(left, durationMs)
    area += ((from + (from + ((to - from) * within) / durationMs)) / 2) * (within / 1000)
    left -= within
  }
  return area
}

test('users begin when the level rises to them, and are then as many as it asks for', () => {
  fc.assert(
    fc.property(anyStages, (stages) => {
      const { dues, numbers } = beginnings(stages)
      const present = new Set<number>()
      let next = 0
      for (let ms = 0; ms < totalMs(stages); ms += 7) {
        while (next < dues.length && dues[next]! <= ms) present.add(numbers[next++]!)
        const wanted = usersAt(stages, ms)
        for (const number of present) if (number >= wanted) present.delete(number)
        // Those who begin together follow each other within 0.1 ms.
        let stillComing = 0
        while (next + stillComing < dues.length && dues[next + stillComing]! <= ms + 41) stillComing += 1
        if (present.size <= wanted && present.size + stillComing >= wanted) continue
        expect.unreachable(
          `${present.size} and ${stillComing} more at ${ms} ms, where ${wanted} were asked for`,
        )
      }
    }),
  )
})

test('a stage begins at the level before it, or at its own', () => {
  const stages = readStages(
    [
      { duration: '10s', rate: 100 },
      { duration: '1m', rate: 500 },
      { duration: '10s', rate: 50, from: 50 },
    ],
    'rate',
  )
  expect(stages.map(({ from, to }) => [from, to])).toEqual([
    [0, 100],
    [100, 500],
    [50, 50],
  ])
  expect([0, 5000, 40_000, 75_000].map((ms) => levelAt(stages, ms))).toEqual([0, 50, 300, 50])
})

test.each<[string, Parameters<typeof planRun>[0], string]>([
  ['no stages', { scenarios, stages: [] }, 'stages cannot be 0 stages'],
  ['a rate below 0', { scenarios, stages: [{ duration: '1s', rate: -1 }] }, 'rate of stage 1 cannot be -1'],
  [
    'users in the open model',
    { scenarios, stages: [{ duration: '1s', users: 5 }] },
    'rate of stage 1 cannot be NaN',
  ],
  [
    'a duration beside stages',
    { scenarios, duration: '1s', stages: [{ duration: '1s', rate: 5 }] },
    'duration beside',
  ],
  ['a trace that goes back', { scenarios, trace: [0, 2, 1] }, 'cannot be replayed: time 3 is 1'],
  ['a trace of nothing', { scenarios, trace: [] }, 'it is empty'],
  ['a count below 0', { scenarios, trace: [{ second: 0, count: -1 }] }, 'entry 1 says'],
  ['a trace that is not there', { scenarios, trace: '/nowhere/trace.csv' }, 'cannot be read (ENOENT)'],
  ['a header of two lines', { scenarios, headers: { a: 'b\r\nc: d' } }, 'headers cannot be'],
])('refuses %s', (_what, options, message) => {
  expect(() => planRun(options)).toThrow(message)
})

test('reads a trace of times, of counts with a heading, and JSON', () => {
  using folder = mkdtempDisposableSync(path.join(tmpdir(), 'trace-'))
  const read = (text: string) => {
    const file = path.join(folder.path, 'trace')
    writeFileSync(file, text)
    return readTrace(file)
  }
  expect(read('0.5\n1.25\n')).toEqual([0.5, 1.25])
  expect(read('second,count\n0,3\n2,1\n')).toEqual([
    { second: 0, count: 3 },
    { second: 2, count: 1 },
  ])
  expect(read('[0.1, 0.2]')).toEqual([0.1, 0.2])
  expect(() => read('0.5\nsoon\n')).toThrow('line "soon" is neither')
})

describe('a run', () => {
  test('of stages sends what each asks for and tells them apart', async () => {
    await using server = await startServer((_request, response) => response.end())
    const result = await runLoad({
      scenarios: urlScenario(server.origin),
      stages: [
        { duration: '200ms', rate: 200 },
        { duration: '200ms', rate: 300, from: 300 },
      ],
      warmup: '100ms',
    })
    expect(result.target).toMatchObject({ rate: 200, durationMs: 400 })
    expect(result.stages).toMatchObject([
      { durationMs: 200, from: 0, to: 200, requests: 20, errors: 0 },
      { durationMs: 200, from: 300, to: 300, requests: 60, errors: 0 },
    ])
    expect(result.requests).toBe(80)
  })

  test('of a trace sends each arrival at its time', async () => {
    await using server = await startServer((_request, response) => response.end())
    const at = (trace: number[]) =>
      runLoad({ scenarios: urlScenario(server.origin), trace, duration: '300ms' })
    const result = await at([0, 0.01, 0.01, 0.2, 0.5])
    expect(result).toMatchObject({ requests: 4, target: { arrivals: 'trace' } })
  })

  test('of rising and falling users tells its stages apart', async () => {
    await using server = await startServer((_request, response) => response.end())
    const result = await runLoad({
      scenarios: urlScenario(server.origin),
      model: 'closed',
      stages: [
        { duration: '50ms', users: 6, from: 6 },
        { duration: '50ms', users: 2, from: 2 },
        { duration: '50ms', users: 4, from: 4 },
      ],
    })
    expect(result.target).toMatchObject({ users: 6, rate: null })
    expect(result.stages).toMatchObject([{ from: 6 }, { from: 2 }, { from: 4 }])
  })
})
