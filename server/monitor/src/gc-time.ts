import { PerformanceObserver } from 'node:perf_hooks'

/** Watches how long the garbage collector held this thread. */
export interface GcTime {
  /** Milliseconds since the last call. */
  take(): number
  stop(): void
}

/** Begins to watch. */
export function watchGc(): GcTime {
  let totalMs = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) totalMs += duration
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    take() {
      const taken = totalMs
      totalMs = 0
      return taken
    },
    stop: () => observer.disconnect(),
  }
}
