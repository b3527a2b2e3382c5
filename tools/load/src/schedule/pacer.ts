import type { Alarm, AlarmSchedule } from './alarm.ts'

/** How arrivals are released. */
export interface PacerOptions extends AlarmSchedule {
  /** Called for each arrival, in order, never early. */
  release(index: number, due: number): void
  alarm: Alarm
  signal: AbortSignal
}

/** Where the alarm was not heard, a timer comes so much after it, in milliseconds. */
const graceMs = 2

/**
 * Releases each arrival as soon after its due time as the alarm wakes this thread, and everything that is due at once.
 * Resolves when the last one was released, or when `signal` fires.
 */
export function pace({ dues, start, release, alarm, signal }: PacerOptions): Promise<void> {
  let next = 0
  let timer: NodeJS.Timeout | undefined
  let hasFinished = false
  return new Promise((resolve) => {
    function finish(): void {
      hasFinished = true
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }

    function tick(): void {
      if (hasFinished) return
      clearTimeout(timer)
      const now = performance.now()
      while (next < dues.length && start + dues[next]! <= now) {
        release(next, start + dues[next]!)
        next += 1
      }
      if (signal.aborted || next === dues.length) return finish()
      timer = setTimeout(tick, Math.max(0, start + dues[next]! - performance.now()) + graceMs)
    }

    signal.addEventListener('abort', finish)
    tick()
    if (!hasFinished) alarm.follow({ dues: dues.subarray(next), start }, tick)
  })
}
