import type { ServerSample } from '@hotpath/core'
import { expect, test } from 'vitest'
import { headroomOf } from '../src/headroom.ts'

/** A slice of a second in which requests took the loop `loopMs` each, and the machine a core beside them. */
function slice(requests: number, { loopMs = 2, base = 0.1, heldMs = 0 } = {}): ServerSample {
  return {
    ms: 1000,
    requests,
    eventLoopUtilisation: Math.min(1, base + (requests * loopMs) / 1000),
    cpuSeconds: (requests * loopMs) / 1000,
    hostCpuSeconds: 1 + (requests * loopMs) / 1000,
    poolHeldMs: requests * heldMs,
  } as ServerSample
}

const machine = { cores: 2, machineCores: 4, poolSize: 10 }
const random = () => 0.37
const ramp = (to: number, options = {}) =>
  Array.from({ length: 40 }, (_, index) => slice(to * (0.5 + index / 80), options))

test('what is used up first, and when, is found within twice the load that was seen', () => {
  const { saturation, resources, highestRate } = headroomOf({ ...machine, samples: ramp(300) }, random)
  expect(highestRate).toBeCloseTo(288.75)
  expect(resources[0]).toMatchObject({ resource: 'event loop', capacity: 1 })
  expect(resources[0]!.base).toBeCloseTo(0.1)
  expect(resources[0]!.perRequest).toBeCloseTo(0.002)
  // (1 − 0.1) ÷ 2 ms
  expect(saturation).toMatchObject({ resource: 'event loop', value: expect.closeTo(450) as number })
})

test('a pool that is held longer is used up before the event loop', () => {
  const { saturation } = headroomOf({ ...machine, samples: ramp(300, { heldMs: 30 }) }, random)
  expect(saturation).toMatchObject({ resource: 'database pool', value: expect.closeTo(10 / 0.03) as number })
})

test('nothing is said beyond twice the load that was seen', () => {
  const { saturation } = headroomOf({ ...machine, samples: ramp(100) }, random)
  expect(saturation).toEqual({ refused: expect.stringContaining('beyond twice that load') as string })
})

test('a steady load is held for everything that is in use, so that a figure is rather too low', () => {
  const samples = Array.from({ length: 40 }, () => slice(300))
  const { resources } = headroomOf({ ...machine, samples }, random)
  expect(resources.find(({ resource }) => resource === 'event loop')).toMatchObject({
    base: 0,
    perRequest: expect.closeTo(0.7 / 300) as number,
  })
})

test('nothing is said that the load which was held contradicts', () => {
  const before = Array.from({ length: 40 }, (_, index) => slice(10 + 1.25 * index, { loopMs: 16, base: 0 }))
  const after = Array.from({ length: 6 }, () => slice(80, { loopMs: 12, base: 0 }))
  const { saturation } = headroomOf(
    { ...machine, cores: 8, machineCores: 8, samples: [...before, ...after] },
    random,
  )
  expect(saturation).toEqual({ refused: expect.stringContaining('changed meanwhile') as string })
})

test('of a process that was hardly asked, or not looked at, nothing is said', () => {
  const quiet = headroomOf({ ...machine, samples: Array.from({ length: 30 }, () => slice(1)) }, random)
  expect(quiet.saturation).toEqual({ refused: expect.stringContaining('30 requests in 30 s') as string })
  expect(headroomOf({ ...machine, samples: [] }, random)).toMatchObject({
    slices: 0,
    rate: 0,
    resources: [],
    saturation: { refused: expect.stringContaining('too few') as string },
  })
})

test('a process without a database has no pool that could end', () => {
  const { resources } = headroomOf({ ...machine, poolSize: null, samples: ramp(300) }, random)
  expect(resources.map(({ resource }) => resource)).not.toContain('database pool')
})
