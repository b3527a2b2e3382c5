/** What waits; a simulation brings its own. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/** Timers of Node that keep no process alive. */
export const nodeTimers: Timers = {
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

export const wait = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => void timers.setTimeout(resolve, ms))
