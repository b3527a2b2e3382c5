import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFeed } from '../src/web/feed.ts'
import type { Outcome, OverviewRequest } from '../src/web/request-overview.ts'
import { createTokenStore } from '../src/web/token-store.ts'
import { quietOverview } from './overview-fixture.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A feed whose server answers with `answers` in turn, the last of them for ever. */
function startFeed(answers: Outcome[]) {
  const asked: OverviewRequest[] = []
  const feed = createFeed({
    request: (request) => {
      asked.push(request)
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1]!)
    },
    tokens: createTokenStore(() => {
      throw new Error('storage is forbidden')
    }),
    clock: Date.now,
  })
  return { feed, asked }
}

const answered: Outcome = { kind: 'overview', overview: quietOverview }

test('asks every second while it is live', async () => {
  const { feed, asked } = startFeed([answered])
  feed.resume()
  await vi.advanceTimersByTimeAsync(3_500)
  expect(asked).toHaveLength(4)
  expect(feed.state().phase).toBe('live')
})

test('asks nothing while it is paused, and at once when it is resumed', async () => {
  const { feed, asked } = startFeed([answered])
  feed.resume()
  await vi.advanceTimersByTimeAsync(0)
  feed.pause()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(1)
  feed.resume()
  expect(asked).toHaveLength(2)
})

test('never has two questions under way, however often it is resumed', async () => {
  const { feed, asked } = startFeed([answered])
  feed.resume()
  feed.resume()
  feed.resume()
  await vi.advanceTimersByTimeAsync(2_500)
  expect(asked).toHaveLength(3)
})

test('asks for a token once refused, then sends it and goes on', async () => {
  const { feed, asked } = startFeed([{ kind: 'refused', why: '' }, answered])
  feed.resume()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([{ token: undefined }])
  expect(feed.state()).toMatchObject({ phase: 'unauthorised', rejected: false })

  feed.authorise('secret')
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.at(-1)).toEqual({ token: 'secret' })
  expect(feed.state().phase).toBe('live')
})

test('tells its listeners of every change until they leave', async () => {
  const { feed } = startFeed([answered])
  const listener = vi.fn<() => void>()
  const leave = feed.subscribe(listener)
  feed.resume()
  await vi.advanceTimersByTimeAsync(1_500)
  expect(listener).toHaveBeenCalledTimes(2)
  leave()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(listener).toHaveBeenCalledTimes(2)
})
