import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Evidence, type GeneratorEvidence, judge } from '../../src/judge/judge.ts'

const calm: GeneratorEvidence = {
  latenessP99Ms: 1.2,
  serviceP50Ms: 12,
  eventLoopUtilisation: 0.3,
  eventLoopDelayP50Ms: 0.2,
  stolenMs: 20,
  stolenShare: 0.001,
  achievedShare: 1,
  waitedForConnection: 0,
  connections: 512,
  outOfSockets: 0,
}
const healthy: Evidence = {
  model: 'open',
  aborted: false,
  requests: 1000,
  rightAnswers: 990,
  generators: [calm],
}
const strained = (change: Partial<GeneratorEvidence>, rest: Partial<Evidence> = {}): Evidence => ({
  ...healthy,
  ...rest,
  generators: [{ ...calm, ...change }],
})

test('a run whose generator was never the limit is VALID', () => {
  expect(judge(healthy)).toEqual({ verdict: 'VALID', reasons: [], generatorLimited: false })
})

test.each<[string, Partial<GeneratorEvidence>, string]>([
  [
    'sent late',
    { latenessP99Ms: 2.01 },
    'Requests were sent late: p99 2.01ms after they were due, allowed are 2ms.',
  ],
  ['kept from running', { eventLoopDelayP50Ms: 7 }, 'Answers were read late: half of the time more than 7ms'],
  ['disturbed by its host', { stolenMs: 400, stolenShare: 0.034 }, 'took 3.4% of its CPU time for others'],
  ['busy', { eventLoopUtilisation: 0.86 }, 'busy for 86.0% of the time'],
  ['below the asked rate', { achievedShare: 0.98 }, 'Only 98.0% of the asked rate was sent'],
  [
    'out of connections',
    { waitedForConnection: 3 },
    'All 512 connections were in use, and 3 requests had to wait',
  ],
  ['out of sockets', { outOfSockets: 4 }, 'ran out of sockets, ports or memory for 4 requests'],
])('an open run that was %s is INVALID and says so', (_name, change, reason) => {
  const { verdict, reasons } = judge(strained(change))
  expect(verdict).toBe('INVALID')
  expect(reasons).toHaveLength(1)
  expect(reasons[0]).toContain(reason)
})

test('a run of several generators is INVALID when one of them was the limit, and says which', () => {
  const { verdict, reasons } = judge({ ...healthy, generators: [calm, { ...calm, achievedShare: 0.5 }] })
  expect(verdict).toBe('INVALID')
  expect(reasons).toEqual(['Generator 2: Only 50.0% of the asked rate was sent, required are 99.0%.'])
})

test.each<[string, Partial<Evidence>, string]>([
  ['empty', { requests: 0, rightAnswers: 0 }, 'no request came to its end'],
  ['all errors', { rightAnswers: 0 }, 'none of 1000 requests was answered as it should be'],
])('a run that was %s is INVALID and says so', (_name, change, reason) => {
  const { verdict, reasons } = judge({ ...healthy, ...change })
  expect(verdict).toBe('INVALID')
  expect(reasons).toHaveLength(1)
  expect(reasons[0]).toContain(reason)
})

test('a closed run whose generator was kept from running is INVALID too', () => {
  const { verdict } = judge(strained({ eventLoopDelayP50Ms: 7 }, { model: 'closed' }))
  expect(verdict).toBe('INVALID')
})

test('lateness may be 5 % of a slow service', () => {
  expect(judge(strained({ serviceP50Ms: 100, latenessP99Ms: 5 })).verdict).toBe('VALID')
  expect(judge(strained({ serviceP50Ms: 100, latenessP99Ms: 5.1 })).verdict).toBe('INVALID')
})

test('a closed run at the limit of its generator is VALID and marked, never INVALID by its load', () => {
  fc.assert(
    fc.property(
      fc.record({
        latenessP99Ms: fc.double({ min: 0, max: 1e4, noNaN: true }),
        eventLoopUtilisation: fc.double({ min: 0, max: 1, noNaN: true }),
        waitedForConnection: fc.nat(),
      }),
      (change) => {
        const judged = judge(strained(change, { model: 'closed' }))
        expect(judged.verdict).toBe('VALID')
        expect(judged.generatorLimited).toBe(change.eventLoopUtilisation > 0.9)
      },
    ),
  )
})

test('a stopped run is ABORTED, whatever else is true of it', () => {
  const { verdict, reasons } = judge(strained({ latenessP99Ms: 50 }, { aborted: true }))
  expect(verdict).toBe('ABORTED')
  expect(reasons).toHaveLength(2)
})
