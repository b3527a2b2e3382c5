import { expect, test } from 'vitest'
import { createTimeline, mergeTimelines, sliceLength, summariseTimeline } from '../../src/record/timeline.ts'

const right = (sentAt: number, settledAt: number) => ({
  sentAt,
  settledAt,
  isError: false,
  responseMs: settledAt - sentAt,
  latenessMs: 0,
})

test('a request counts as sent in the slice it left in, and as answered in the one it came back in', () => {
  const timeline = createTimeline({ from: 1000, durationMs: 4000 })
  timeline.add(right(1100, 1150))
  timeline.add(right(1200, 3900))
  timeline.add({ ...right(3100, 3950), isError: true })
  const { sliceMs, points } = summariseTimeline(timeline.record())
  expect(sliceMs).toBe(1000)
  expect(points.map((point) => [point.sentRate, point.answeredRate, point.errorRate])).toEqual([
    [2, 1, 0],
    [0, 0, 0],
    [1, 1, 1],
  ])
  expect(points[0]!.p95).toBeCloseTo(50, 0)
  expect(points[1]!.p95).toBeNull()
  expect(points[2]!.p99! / 2700).toBeCloseTo(1, 1)
})

test('what failed without an answer is an error of its slice, and no response time', () => {
  const timeline = createTimeline({ from: 0, durationMs: 1000 })
  timeline.add({ sentAt: NaN, settledAt: 10, isError: true, responseMs: NaN, latenessMs: 10 })
  const [point] = summariseTimeline(timeline.record()).points
  expect(point).toMatchObject({ sentRate: 0, errorRate: 1, p50: null })
  expect(point!.latenessP99).toBeCloseTo(10, 0)
})

test('merged timelines say what one generator would have said', () => {
  const [a, b, whole] = [1, 2, 3].map(() => createTimeline({ from: 0, durationMs: 3000 }))
  const events = Array.from({ length: 400 }, (_, index) => right(index * 7, index * 7 + 20 + (index % 90)))
  events.sort((one, other) => one.settledAt - other.settledAt)
  for (const [index, event] of events.entries()) {
    ;(index % 3 === 0 ? a! : b!).add(event)
    whole!.add(event)
  }
  expect(mergeTimelines([a!.record(), b!.record()])).toEqual(whole!.record())
})

test('a long run has longer slices, never more than 600 of them', () => {
  for (const seconds of [1, 600, 601, 3600, 86_400]) {
    expect((seconds * 1000) / sliceLength(seconds * 1000)).toBeLessThanOrEqual(600)
  }
  expect(sliceLength(600_000)).toBe(1000)
})
