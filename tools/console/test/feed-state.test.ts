import { expect, test } from 'vitest'
import { afterOutcome, lastKnown, waitBeforeNext, type FeedState } from '../src/web/feed-state.ts'
import { quietOverview } from './overview-fixture.ts'

const loading: FeedState = { phase: 'loading' }
const failed = { kind: 'failed', why: 'No connection.' } as const
const answered = { kind: 'overview', overview: quietOverview } as const
const at = (now: number) => ({ now, sentToken: false })

test('keeps the last figures on the screen while the server is away, and says since when', () => {
  const live = afterOutcome(loading, answered, at(10_000))
  const lost = afterOutcome(afterOutcome(live, failed, at(11_000)), failed, at(12_000))
  expect(lost).toMatchObject({ phase: 'unreachable', since: 10_000, failures: 2, why: 'No connection.' })
  expect(lastKnown(lost)).toBe(quietOverview)
})

test('waits twice as long after each failure, up to a bound, and every second once it is back', () => {
  let state: FeedState = { phase: 'loading' }
  const waits: (number | null)[] = []
  for (let failure = 0; failure < 7; failure++) {
    state = afterOutcome(state, failed, at(0))
    waits.push(waitBeforeNext(state))
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  expect(waitBeforeNext(afterOutcome(state, answered, at(0)))).toBe(1_000)
})

test('says when the next try is due', () => {
  expect(afterOutcome(loading, failed, at(5_000))).toMatchObject({ retryAt: 6_000 })
})

test('forgets the figures once the server refuses, and asks no more until there is a token', () => {
  const refused = afterOutcome(
    afterOutcome(loading, answered, at(0)),
    { kind: 'refused', why: '' },
    { now: 1, sentToken: true },
  )
  expect(refused).toEqual({ phase: 'unauthorised', rejected: true, why: '' })
  expect(lastKnown(refused)).toBeUndefined()
  expect(waitBeforeNext(refused)).toBeNull()
})
