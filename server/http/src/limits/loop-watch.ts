import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { LoopSample } from './overload.ts'

/** Looks at the event loop at a fixed pace, and tells what it saw. */
export interface LoopWatch {
  close(): void
}

/** The pace of the timers whose lateness is measured, in milliseconds; it is part of what Node reports. */
const resolution = 10

/** Samples every `intervalMs` milliseconds. */
export function watchLoop(intervalMs: number, onSample: (sample: LoopSample) => void): LoopWatch {
  const delays = monitorEventLoopDelay({ resolution })
  delays.enable()
  let last = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const current = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(current, last)
    last = current
    onSample({ delayMs: Math.max(0, delays.percentile(90) / 1e6 - resolution), utilization })
    delays.reset()
  }, intervalMs).unref()
  return {
    close() {
      clearInterval(timer)
      delays.disable()
    },
  }
}
