import { route, type Target } from '@hotpath/core'
import { expect, test } from 'vitest'
import { readPromises } from '../src/promises.ts'

const targets = (...budgets: string[]): Target[] =>
  budgets.map((budget, index) => ({ id: `T-${index}`, title: budget, budget }))

test('finds the promise of each tile among the targets', () => {
  const promises = readPromises(
    [],
    targets('p95 < 500ms', 'mean < 200ms', 'errors < 1%', 'hit > 80%', 'LCP p75 < 2.5s', 'rate > 50,000/s'),
  )
  expect(promises.p95?.text).toBe('p95 < 500ms')
  expect(promises.errors?.text).toBe('errors < 1%')
  expect(promises.hit?.text).toBe('hit > 80%')
  expect(promises.vitals.map(({ text }) => text)).toEqual(['LCP p75 < 2.5s'])
  expect(promises.all).toHaveLength(6)
})

test('takes the strictest of several', () => {
  const promises = readPromises([], targets('p95 < 500ms', 'p95 <= 200ms', 'hit > 80%', 'hit >= 85%'))
  expect(promises.p95?.text).toBe('p95 <= 200ms')
  expect(promises.hit?.text).toBe('hit >= 85%')
})

test('passes over what promises the wrong way round, or in another unit', () => {
  const promises = readPromises(
    [],
    targets('p95 > 500ms', 'p95 < 5', 'errors > 1%', 'hit < 80%', 'query p95 < 50ms'),
  )
  expect([promises.p95, promises.errors, promises.hit]).toEqual([null, null, null])
  expect(promises.vitals).toEqual([])
})

test('keeps the budgets of each route under its pattern', () => {
  const promises = readPromises(
    [route('GET /a', { budget: ['p95 < 50ms', 'hit > 90%'] }), route('GET /b')],
    targets('p95 < 1s'),
  )
  expect(promises.routes.get('GET /a')?.map(({ text }) => text)).toEqual(['p95 < 50ms', 'hit > 90%'])
  expect(promises.routes.get('GET /b')).toEqual([])
  expect(promises.all.map(({ text }) => text)).toEqual(['p95 < 1s', 'p95 < 50ms', 'hit > 90%'])
})

test('refuses a target that cannot be read', () => {
  expect(() => readPromises([], targets('fast'))).toThrow(
    expect.objectContaining({ code: 'HP_BUDGET_INVALID' }),
  )
})
