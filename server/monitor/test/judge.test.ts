import { type BudgetVerdict, parseBudget } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { excess, judge, smallestSample, worstOf } from '../src/judge.ts'
import { type Sketch, windowOf } from './collection.ts'

const hundred = { requests: 100, ms: 50, errors: 2, hits: 60, lookups: 80 }

const cases: [text: string, sketch: Sketch, verdict: BudgetVerdict, value: number | null][] = [
  ['p95 < 60ms', hundred, 'met', 50],
  ['p95 < 40ms', hundred, 'missed', 50],
  ['p99.9 < 40ms', hundred, 'missed', 50],
  ['mean < 40ms', hundred, 'missed', 50],
  ['max < 60ms', hundred, 'met', 50],
  ['min < 40ms', hundred, 'missed', 50],
  ['errors < 1%', hundred, 'missed', 0.02],
  ['errors < 3%', hundred, 'met', 0.02],
  ['hit > 80%', hundred, 'missed', 0.75],
  ['hit > 70%', hundred, 'met', 0.75],
  ['latency < 40ms', hundred, 'not measured', null],
  ['p95 < 5', hundred, 'not measured', null],
  ['LCP p75 < 1s', hundred, 'not measured', null],
  ['boot-js < 75kB', hundred, 'not measured', null],
  ['p95 < 40ms', { ...hundred, requests: 19 }, 'not measured', null],
  ['p95 < 60ms', { ...hundred, requests: 19 }, 'not measured', null],
  ['p95 < 40ms', { ...hundred, requests: 20 }, 'missed', 50],
  ['hit > 80%', { ...hundred, warming: true }, 'not measured', null],
  ['p95 < 10ms', { ...hundred, warming: true }, 'missed', 50],
  ['hit > 80%', { ...hundred, hits: 0, lookups: 19 }, 'not measured', null],
  ['hit > 80%', { ...hundred, hits: 0, lookups: 0 }, 'not measured', null],
  ['errors < 1%', { requests: 0 }, 'not measured', null],
]

test.each(cases.map(([text, sketch, verdict, value]) => ({ text, sketch, verdict, value })))(
  '$text held against $sketch is $verdict',
  ({ text, sketch, verdict, value }) => {
    expect(judge(parseBudget(text), windowOf(sketch))).toMatchObject({ verdict, value })
  },
)

test('a small sample never decides, whatever it holds', () => {
  const budgets = ['p95 < 1ms', 'mean < 1ms', 'errors < 0%', 'hit > 100%']
  const few = fc.integer({ min: 0, max: smallestSample - 1 })
  fc.assert(
    fc.property(fc.constantFrom(...budgets), few, (text, requests) => {
      const window = windowOf({ requests, errors: requests, lookups: requests, hits: 0, ms: 9_999 })
      expect(judge(parseBudget(text), window).verdict).toBe('not measured')
    }),
  )
})

test('shows a missed budget before a met one, and the worst of the missed', () => {
  const window = windowOf(hundred)
  const judgements = ['p95 < 60ms', 'LCP p75 < 1s', 'p95 < 40ms', 'mean < 10ms'].map((text) =>
    judge(parseBudget(text), window),
  )
  expect(worstOf(judgements)?.budget.text).toBe('mean < 10ms')
  expect(worstOf(judgements.slice(0, 2))?.budget.text).toBe('p95 < 60ms')
  expect(worstOf([])).toBeNull()
})

test('says how many times over its bound a missed budget is', () => {
  const times = (text: string) => excess(judge(parseBudget(text), windowOf(hundred)))
  expect(times('p95 < 10ms')).toBeCloseTo(5)
  expect(times('hit > 90%')).toBeCloseTo(1.2)
  expect(times('p95 < 60ms')).toBe(0)
})
