/** How late the event loop was, as a sum that grows: the difference of two looks is what lies between them. */
export interface LoopLag {
  /** Milliseconds up to now. */
  total(): number
  stop(): void
}

export interface LoopLagOptions {
  /** Milliseconds of a monotonic clock. @default performance.now */
  now?: () => number
  /** How often it is looked at, in milliseconds. @default 20 */
  everyMs?: number
}

/** Begins to look. Its timer keeps nothing alive. */
export function watchLoopLag({ now = () => performance.now(), everyMs = 20 }: LoopLagOptions = {}): LoopLag {
  let late = 0
  let due = now() + everyMs
  const timer = setInterval(() => {
    const at = now()
    late += Math.max(0, at - due)
    due = at + everyMs
  }, everyMs)
  timer.unref()
  return {
    // What is late by now, and has not been counted because the timer is late itself.
    total: () => late + Math.max(0, now() - due),
    stop: () => clearInterval(timer),
  }
}
