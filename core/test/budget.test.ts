import { type Budget, evaluateBudget, formatValue, parseBudget, printBudget } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

test.each<[string, Omit<Budget, 'text'>]>([
  ['p95 < 200ms', { metric: 'latency', statistic: 'p95', operator: '<', bound: 200, unit: 'ms' }],
  ['latency p99.9<=1.5s', { metric: 'latency', statistic: 'p99.9', operator: '<=', bound: 1500, unit: 'ms' }],
  ['hit > 80%', { metric: 'hit', statistic: null, operator: '>', bound: 0.8, unit: 'ratio' }],
  ['boot-js < 75kB', { metric: 'boot-js', statistic: null, operator: '<', bound: 75_000, unit: 'bytes' }],
  ['LCP p75 < 2.5s', { metric: 'LCP', statistic: 'p75', operator: '<', bound: 2500, unit: 'ms' }],
  ['CLS p75 < 0.1', { metric: 'CLS', statistic: 'p75', operator: '<', bound: 0.1, unit: 'count' }],
  ['rate >= 50,000/s', { metric: 'rate', statistic: null, operator: '>=', bound: 50_000, unit: 'perSecond' }],
  ['avg < 2m', { metric: 'latency', statistic: 'mean', operator: '<', bound: 120_000, unit: 'ms' }],
  ['median < 1h', { metric: 'latency', statistic: 'p50', operator: '<', bound: 3_600_000, unit: 'ms' }],
  ['  max  <  1d ', { metric: 'latency', statistic: 'max', operator: '<', bound: 86_400_000, unit: 'ms' }],
])('reads %s', (text, expected) => {
  expect(parseBudget(text)).toEqual({ text: text.trim(), ...expected })
})

test.each([
  ['1ms', 1, 'ms'],
  ['1s', 1e3, 'ms'],
  ['1m', 6e4, 'ms'],
  ['1h', 3.6e6, 'ms'],
  ['1d', 8.64e7, 'ms'],
  ['1%', 0.01, 'ratio'],
  ['7%', 0.07, 'ratio'],
  ['1B', 1, 'bytes'],
  ['1kB', 1e3, 'bytes'],
  ['1KB', 1e3, 'bytes'],
  ['1MB', 1e6, 'bytes'],
  ['1GB', 1e9, 'bytes'],
  ['1KiB', 1024, 'bytes'],
  ['1MiB', 1024 ** 2, 'bytes'],
  ['1GiB', 1024 ** 3, 'bytes'],
  ['1/s', 1, 'perSecond'],
  ['1 /s', 1, 'perSecond'],
  ['1', 1, 'count'],
])('reads the bound %s as %d %s', (bound, value, unit) => {
  expect(parseBudget(`figure < ${bound}`)).toMatchObject({ bound: value, unit })
})

test.each([
  ['', 'no comparison'],
  ['p95', 'no comparison'],
  ['p95 200ms', 'no comparison'],
  ['p95 = 200ms', 'no comparison'],
  ['< 200ms', 'no comparison'],
  ['p95 <', 'no comparison'],
  ['the p95 latency < 200ms', 'more than a metric and a statistic'],
  ['p95 latency < 200ms', '"latency" is not a statistic'],
  ['LCP 75 < 1s', '"75" is not a name'],
  ['boot/js < 1kB', '"boot/js" is not a name'],
  ['p100 < 1s', '"p100" is not a percentile'],
  ['P95 < 1s', '"P95" is not a percentile'],
  ['LCP p100 < 1s', '"p100" is not a percentile'],
  ['p95 < fast', '"fast" is not a bound'],
  ['p95 < -5ms', '"-5ms" is not a bound'],
  ['p95 << 5ms', '"< 5ms" is not a bound'],
  ['p95 < 1,5s', '"1,5s" is not a bound'],
  ['p95 < 1.5.2s', '"1.5.2s" is not a bound'],
  ['p95 < 5 parsecs', '"parsecs" is not a unit'],
  ['p95 < 5kb', '"kb" is not a unit'],
  ['p95 < 1e400ms', 'is too large'],
  [`p95 < ${'9'.repeat(400)}s`, 'is too large'],
])('refuses "%s" and says: %s', (text, problem) => {
  expect(() => parseBudget(text)).toThrow(expect.objectContaining({ code: 'HP_BUDGET_INVALID' }))
  expect(() => parseBudget(text)).toThrow(problem)
})

test('whatever the text, it is read or refused with HP_BUDGET_INVALID', () => {
  const pieces = ['p95', 'LCP', ' ', '<', '>=', '0', '12', '1e9', '.', ',', 'ms', '%', 'kB', '/s', 'é']
  const composed = fc.array(fc.constantFrom(...pieces)).map((all) => all.join(''))
  const outcome = (text: string) => {
    try {
      return Number.isFinite(parseBudget(text).bound) ? 'read' : 'endless'
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), composed), (text) => {
      expect(['read', 'HP_BUDGET_INVALID']).toContain(outcome(text))
    }),
    { numRuns: 1000 },
  )
})

const anyBudget = fc
  .record({
    name: fc.constantFrom(
      'p95',
      'p99.9',
      'mean',
      'max',
      'hit',
      'errors',
      'boot-js',
      'LCP p75',
      'query p50',
      'latency',
    ),
    operator: fc.constantFrom('<', '<=', '>', '>='),
    whole: fc.nat(1_000_000),
    decimals: fc.constantFrom('', '.5', '.07', '.001', '.0000001'),
    unit: fc.constantFrom('ms', 's', 'm', 'h', 'd', '%', 'B', 'kB', 'MB', 'GB', 'KiB', '/s', ''),
  })
  .map(({ name, operator, whole, decimals, unit }) => `${name} ${operator} ${whole}${decimals}${unit}`)

test('a printed budget, read again, means the same', () => {
  fc.assert(
    fc.property(anyBudget, (text) => {
      const { text: _, ...meaning } = parseBudget(text)
      const printed = printBudget(parseBudget(text))
      expect(parseBudget(printed)).toEqual({ ...meaning, text: printed })
    }),
  )
})

test('a very small and a very large bound survive printing', () => {
  for (const text of ['p95 < 0.0000001ms', 'bytes < 99999999999999GB', 'rate > 0.00000001%']) {
    const budget = parseBudget(text)
    expect(parseBudget(printBudget(budget)).bound).toBe(budget.bound)
  }
})

test.each([
  ['p95 < 200ms', 199.9, 'met'],
  ['p95 < 200ms', 200, 'missed'],
  ['p95 <= 200ms', 200, 'met'],
  ['p95 <= 200ms', 200.1, 'missed'],
  ['hit > 80%', 0.81, 'met'],
  ['hit > 80%', 0.8, 'missed'],
  ['hit >= 80%', 0.8, 'met'],
  ['hit >= 80%', 0.79, 'missed'],
] as const)('%s held against %d is %s', (text, value, verdict) => {
  expect(evaluateBudget(parseBudget(text), value)).toEqual({ verdict, value })
})

test('what was not measured is never met and never missed', () => {
  fc.assert(
    fc.property(anyBudget, fc.constantFrom(null, undefined, NaN), (text, nothing) => {
      expect(evaluateBudget(parseBudget(text), nothing)).toEqual({ verdict: 'not measured', value: null })
    }),
  )
})

test.each([
  [182.4, 'ms', '182ms'],
  [0.934, 'ratio', '93.4%'],
  [0.07, 'ratio', '7%'],
  [0.000_042, 'ratio', '0.0042%'],
  [61_234, 'bytes', '61.2kB'],
  [1240.4, 'perSecond', '1,240/s'],
  [99.97, 'count', '100'],
  [0.0123, 'count', '0.0123'],
] as const)('says %d %s as %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text)
})
