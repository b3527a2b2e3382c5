import type { Alarm, AlarmSchedule } from './alarm.ts'
import { comesAlone, mostLeadMs, nextLead } from './lead.ts'

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
 * Releases each arrival at its due time, as near as the alarm wakes this thread, and everything that is due at once.
 * Resolves when the last one was released, or when `signal` fires.
 */
export function pace({ dues, start, release, alarm, signal }: PacerOptions): Promise<void> {
  let next = 0
  let timer: NodeJS.Timeout | undefined
  let hasFinished = false
  let leadMs = 0

  /** The alarm rings about as long before a due time as waking takes; what is left of that is waited for awake. */
  function meet(): void {
    if (hasFinished || next === dues.length) return
    const due = start + dues[next]!
    const earlyMs = due - performance.now()
    if (earlyMs > mostLeadMs) return
    if (comesAlone(dues, next)) alarm.leadBy((leadMs = nextLead(leadMs, -earlyMs)))
    while (performance.now() < due);
  }

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
    if (hasFinished) return
    alarm.follow({ dues: dues.subarray(next), start }, () => {
      meet()
      tick()
    })
  })
}
