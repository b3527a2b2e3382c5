import { expect, onTestFinished, test } from 'vitest'
import { countOf, sumOf } from '../src/buckets.ts'
import { createStatementMetrics } from '../src/statement-metrics.ts'
import { publishStatement } from './published.ts'

function listen() {
  const time = { now: 1_000_000 }
  const metrics = createStatementMetrics({ clock: () => time.now })
  onTestFinished(() => metrics.close())
  return { metrics, time }
}

test('counts statements, errors, execution and wait', () => {
  const { metrics } = listen()
  for (let ms = 1; ms <= 99; ms++) publishStatement({ durationMs: ms })
  publishStatement({ durationMs: 100, waitMs: 30, error: '42P01' })
  const totals = metrics.totals()
  expect(totals).toMatchObject({ statements: 100, errors: 1 })
  expect(totals.meanMs).toBeCloseTo(50.5, 5)
  expect(Math.abs(totals.p95Ms - 95)).toBeLessThan(1)
  expect(countOf(metrics.durations)).toBe(100)
  expect([countOf(metrics.waits), sumOf(metrics.waits)]).toEqual([100, 30])
})

test('gives the rate of the last minute, and of the life so far when that is shorter', () => {
  const { metrics, time } = listen()
  expect(metrics.perSecond()).toBe(0)
  time.now += 10_000
  for (let count = 0; count < 20; count++) publishStatement()
  expect(metrics.perSecond()).toBe(2)
  time.now += 50_000
  expect(metrics.perSecond()).toBeCloseTo(20 / 60, 5)
  time.now += 3_600_000
  expect(metrics.perSecond()).toBe(0)
})

test('hears nothing once it is closed', () => {
  const { metrics } = listen()
  metrics.close()
  publishStatement()
  expect(metrics.totals()).toEqual({ statements: 0, errors: 0, meanMs: 0, p95Ms: 0 })
})
