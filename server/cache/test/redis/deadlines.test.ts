import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDeadlines, type Waiting } from '../../src/redis/deadlines.ts'

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Deadlines of 100 ms with a patience of 300 ms, and what became of each command. */
function watched() {
  const outcomes: string[] = []
  let silences = 0
  const deadlines = createDeadlines({
    timeout: 100,
    patience: 300,
    timedOut: () => new Error('late'),
    silent: () => (silences += 1),
  })
  function send(name: string): Waiting {
    const waiting = {
      resolve: () => {},
      reject: (error: Error) =>
        void outcomes.push(`${name} ${error.message} at ${performance.now() - began}`),
      deadline: performance.now() + 100,
    }
    deadlines.add(waiting)
    return waiting
  }
  const began = performance.now()
  return { deadlines, outcomes, send, silences: () => silences }
}

test('what is answered in time is not given up, and an idle connection has no timer', () => {
  const { deadlines, outcomes, send } = watched()
  for (let n = 0; n < 5; n++) {
    const waiting = send(String(n))
    vi.advanceTimersByTime(99)
    expect(deadlines.answered(waiting)).toBe(true)
  }
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(1000)
  expect([outcomes, vi.getTimerCount(), deadlines.stalled()]).toEqual([[], 0, false])
})

test('one late answer gives up all behind it, and the next answer ends the stall', () => {
  const { deadlines, outcomes, send } = watched()
  const first = send('first')
  vi.advanceTimersByTime(40)
  const second = send('second')
  vi.advanceTimersByTime(59)
  expect(outcomes).toEqual([])
  vi.advanceTimersByTime(3)
  expect(outcomes.map((text) => text.split(' at ')[0])).toEqual(['first late', 'second late'])
  expect(deadlines.stalled()).toBe(true)
  expect(deadlines.answered(first)).toBe(false)
  expect(deadlines.stalled()).toBe(false)
  const third = send('third')
  expect([deadlines.answered(second), deadlines.answered(third)]).toEqual([false, true])
})

test('each is given up when it is late itself, though all share a timer', () => {
  const { deadlines, outcomes, send } = watched()
  const quick = send('quick')
  vi.advanceTimersByTime(70)
  send('slow')
  deadlines.answered(quick)
  vi.advanceTimersByTime(99)
  expect(outcomes).toEqual([])
  vi.advanceTimersByTime(3)
  expect(outcomes).toHaveLength(1)
})

test('silence is told once the patience is over, and not when something was answered', () => {
  const { deadlines, send, silences } = watched()
  const first = send('first')
  vi.advanceTimersByTime(350)
  expect([deadlines.stalled(), silences()]).toEqual([true, 0])
  deadlines.answered(first)
  vi.advanceTimersByTime(1000)
  expect(silences()).toBe(0)
  send('second')
  vi.advanceTimersByTime(500)
  expect(silences()).toBe(1)
})

test('a second stall is noticed as soon as the first', () => {
  const { deadlines, outcomes, send } = watched()
  const first = send('first')
  vi.advanceTimersByTime(110)
  expect(deadlines.stalled()).toBe(true)
  deadlines.answered(first)
  send('second')
  vi.advanceTimersByTime(99)
  expect(outcomes).toHaveLength(1)
  vi.advanceTimersByTime(3)
  expect(outcomes).toHaveLength(2)
})

test('ending rejects what is under way and leaves no timer', () => {
  const { deadlines, outcomes, send } = watched()
  send('first')
  deadlines.end(() => new Error('over'))
  expect(outcomes).toEqual(['first over at 0'])
  expect(vi.getTimerCount()).toBe(0)
})
