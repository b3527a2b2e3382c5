import { expect, test } from 'vitest'
import { figuresOf, onOff } from '../src/prove/figures.ts'
import { sliceBetween, sumSlices, type Slice } from '../src/prove/slice.ts'

const slice: Slice = {
  requests: 100,
  seconds: 2,
  cpuSeconds: 0.5,
  databaseCpuSeconds: 0.5,
  statements: 300,
  responseBytes: 5000,
  hits: 90,
  lookups: 100,
}

test('a slice is what happened between two readings of the totals', () => {
  const reading = (at: number, requests: number) => ({
    databaseCpuSeconds: at / 1000,
    application: {
      at,
      pid: 1,
      cpuSeconds: at / 2000,
      allocatedBytes: 0,
      requests,
      responseBytes: requests * 10,
      hits: requests,
      lookups: requests,
      statements: 3 * requests,
      statementMs: { mean: 1, p95: 2 },
      database: 'postgres',
      layer: 'on',
    } as const,
  })
  expect(sliceBetween(reading(1000, 50), reading(3000, 150))).toEqual({
    requests: 100,
    seconds: 2,
    cpuSeconds: 1,
    databaseCpuSeconds: 2,
    statements: 300,
    responseBytes: 1000,
    hits: 100,
    lookups: 100,
  })
})

test('figures are sums divided by sums, not means of ratios', () => {
  const figures = figuresOf({
    saturated: [slice, { ...slice, requests: 300 }],
    p95Ms: [9, 1, 5],
    meanMs: [2, 4],
  })
  expect(figures).toEqual({
    requestsPerSecond: 100,
    requestsPerCpuSecond: 400,
    requestsPerCpuSecondWithDatabase: 200,
    p95Ms: 5,
    meanMs: 3,
    statementsPerRequest: 1.5,
    bytesPerRequest: 25,
    hit: 0.9,
  })
})

test('where the database cannot be told apart there is no figure for it, and never a zero', () => {
  const side = { saturated: [slice, { ...slice, databaseCpuSeconds: null }], p95Ms: [1], meanMs: [1] }
  expect(figuresOf(side).requestsPerCpuSecondWithDatabase).toBeNull()
  expect(figuresOf({ ...side, saturated: [{ ...slice, lookups: 0 }] }).hit).toBeNull()
})

test('on against off: cheaper requests are above 1, shorter times below', () => {
  const off = figuresOf({ saturated: [slice], p95Ms: [10], meanMs: [5] })
  const on = figuresOf({ saturated: [{ ...slice, requests: 1000, statements: 30 }], p95Ms: [2], meanMs: [1] })
  expect(onOff(on, off)).toMatchObject({ requestsPerCpuSecond: 10, requestsPerSecond: 10, p95: 0.2 })
  expect(onOff(on, off).statementsPerRequest).toBeCloseTo(0.01)
})

test('nothing has no sum', () => {
  expect(() => sumSlices([])).toThrow(RangeError)
})
