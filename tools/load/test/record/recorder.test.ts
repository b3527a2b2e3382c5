import { expect, test } from 'vitest'
import { parseBudget } from '@hotpath/core'
import { checkBudget, holdBudgets } from '../../src/judge/budgets.ts'
import { Exchange } from '../../src/http/exchange.ts'
import { createRecorder } from '../../src/record/recorder.ts'
import { createStep, statusProblem, type StepOptions } from '../../src/scenario/step.ts'

interface Course {
  due: number
  sentAt?: number
  /** @default sentAt */
  writtenAt?: number
  headAt?: number
  settledAt: number
  status?: number
  failure?: string
  step?: StepOptions
}

/** An exchange that has come to its end, with the moments given. */
function exchange({ step = {}, ...course }: Course): Exchange {
  const target = { method: 'GET', path: '/' }
  const made = new Exchange(
    createStep('GET /', target, step),
    { due: course.due, keepsAnswer: false, onSettled: () => {} },
    { ended: () => {}, readyAt: () => course.settledAt },
  )
  const status = course.failure ? 0 : (course.status ?? 200)
  const problem = course.failure ?? statusProblem(made.step, status)
  const times = { writtenAt: course.sentAt ?? Number.NaN, headAt: course.settledAt }
  return Object.assign(made, { ...times, ...course, status, problem })
}

const recorder = () => createRecorder({ from: 1000, until: 2000, timeoutMs: 500 })

test('counts the response from the due time, the service from writing: a connection was opened in between', () => {
  const { add, record } = recorder()
  add(exchange({ due: 1100, sentAt: 1130, writtenAt: 1135, headAt: 1150, settledAt: 1160 }))
  expect(record.response.max()).toBe(60)
  expect(record.service.max()).toBe(25)
  expect(record.ttfb.max()).toBe(15)
  expect(record.lateness.max()).toBe(30)
})

test('counts a timeout at the timeout, as an error, however late its timer fired', () => {
  const { add, record } = recorder()
  add(exchange({ due: 1100, sentAt: 1130, settledAt: 1623, failure: 'timeout' }))
  expect(record.response.max()).toBe(500)
  expect(record.service.max()).toBe(470)
  expect(record.errorsByKind).toEqual(new Map([['timeout', 1]]))
})

test('counts a request that found no connection in time: as late as it was, without a service time', () => {
  const { add, record } = recorder()
  add(exchange({ due: 1100, settledAt: 1600, failure: 'timeout' }))
  expect(record.lateness.max()).toBe(500)
  expect(record.service.count()).toBe(0)
  expect(record.response.max()).toBe(500)
})

test('a refused connection is an error, and no fast answer', () => {
  const { add, record } = recorder()
  add(exchange({ due: 1100, sentAt: 1100, settledAt: 1100.2, failure: 'ECONNREFUSED' }))
  expect(record.errors).toBe(1)
  expect(record.response.count()).toBe(0)
})

test('what was due before or after the measured time is not counted', () => {
  const { add, record } = recorder()
  add(exchange({ due: 999, sentAt: 999, settledAt: 1200 }))
  add(exchange({ due: 2000, sentAt: 2000, settledAt: 2001 }))
  expect(record.requests).toBe(0)
  expect(record.response.count()).toBe(0)
})

test('the throughput counts answers within the measured time, whenever they were due', () => {
  const { add, record } = recorder()
  add(exchange({ due: 900, sentAt: 900, settledAt: 1200 }))
  add(exchange({ due: 1900, sentAt: 1900, settledAt: 1950 }))
  add(exchange({ due: 1900, sentAt: 1900, settledAt: 2100 }))
  expect(record.answeredInTime).toBe(2)
  expect(record.requests).toBe(2)
})

test.each<[number, StepOptions, number]>([
  [200, {}, 0],
  [304, {}, 0],
  [302, {}, 0],
  [404, {}, 1],
  [503, {}, 1],
  [404, { expect: 404 }, 0],
  [200, { expect: [201, 409] }, 1],
  [409, { expect: [201, 409] }, 0],
])('status %i of a step with %o gives %i errors', (status, step, errors) => {
  const { add, record } = recorder()
  add(exchange({ due: 1100, sentAt: 1100, settledAt: 1110, status, step }))
  expect(record.errors).toBe(errors)
  expect(record.statuses).toEqual(new Map([[status, 1]]))
})

test('budgets are held against response, service, errors and rate; what is not measured never passes', () => {
  const { add, record } = recorder()
  for (let index = 0; index < 9; index++) add(exchange({ due: 1100, sentAt: 1110, settledAt: 1120 }))
  add(exchange({ due: 1100, sentAt: 1110, settledAt: 1300, status: 503 }))
  const texts = [
    'p50 < 20.1ms',
    'p95 < 100ms',
    'service p50 < 10.1ms',
    'errors <= 10%',
    'errors < 1',
    'rate > 9/s',
    'hit > 80%',
  ]
  const outcomes = holdBudgets(texts.map(parseBudget), record, 10)
  expect(outcomes.map(({ verdict }) => verdict)).toEqual([
    'met',
    'missed',
    'met',
    'met',
    'missed',
    'met',
    'not measured',
  ])
  expect(outcomes.map(({ text }) => text)).toEqual(texts)
})

test('budgets of an empty run are not measured', () => {
  const outcomes = holdBudgets(
    ['p95 < 1s', 'errors < 1%', 'rate > 1/s'].map(parseBudget),
    recorder().record,
    0,
  )
  expect(outcomes.map(({ verdict }) => verdict)).toEqual(['not measured', 'not measured', 'not measured'])
})

test('a bound in the wrong unit is refused before the run', () => {
  for (const text of ['p95 < 200', 'errors < 20ms', 'rate > 80%']) {
    expect(() => checkBudget(parseBudget(text))).toThrow(`The budget "${text}" cannot be held`)
  }
})
