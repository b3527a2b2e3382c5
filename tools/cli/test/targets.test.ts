import { expect, test } from 'vitest'
import { judgeTargets } from '../src/prove/targets.ts'

const target = (budget: string) => ({ id: 'X-1', title: 'x', budget })

test('a target is met or missed by its value, in its unit', () => {
  const readings = new Map([
    ['latency p95', { value: 120 }],
    ['hit', { value: 0.7, note: 'warm' }],
  ])
  expect(judgeTargets([target('p95 < 200ms'), target('hit > 80%')], readings)).toEqual([
    { id: 'X-1', title: 'x', target: 'p95 < 200ms', measured: 120, unit: 'ms', verdict: 'met' },
    {
      id: 'X-1',
      title: 'x',
      target: 'hit > 80%',
      measured: 0.7,
      unit: 'ratio',
      verdict: 'missed',
      reason: 'warm',
    },
  ])
})

test('what was not measured says why, and is never met', () => {
  const readings = new Map([['page', { value: null, note: 'no browser' }]])
  expect(judgeTargets([target('page < 2s'), target('boot-js < 75kB')], readings)).toMatchObject([
    { measured: null, verdict: 'not measured', reason: 'no browser' },
    { measured: null, verdict: 'not measured', reason: 'nothing here measures "boot-js"' },
  ])
})
