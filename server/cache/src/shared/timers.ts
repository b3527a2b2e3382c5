/** What waits; a simulation brings its own. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/** Node ends a longer timer at once. */
const longestMs = 2 ** 31 - 1

/** Timers of Node that keep no process alive. */
export const nodeTimers: Timers = {
  setTimeout: (run, ms) => setTimeout(run, Math.min(ms, longestMs)).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

export const wait = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => void timers.setTimeout(resolve, ms))
