/** Timers of a run, which end with it. */
export interface Timers {
  /** Calls back after `ms`, unless the timers were stopped by then. */
  wait(ms: number, then: () => void): void
  /** From now on nobody is called back. */
  stop(): void
}

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>()
  let stopped = false
  return {
    wait(ms, then) {
      if (stopped) return
      const timer = setTimeout(() => {
        pending.delete(timer)
        then()
      }, ms)
      pending.add(timer)
    },
    stop() {
      stopped = true
      for (const timer of pending) clearTimeout(timer)
      pending.clear()
    },
  }
}
