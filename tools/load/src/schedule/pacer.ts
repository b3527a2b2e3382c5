/** How arrivals are released. */
export interface PacerOptions {
  /** Milliseconds from `start`, ascending. */
  dues: Float64Array
  /** performance.now() at which the schedule begins. */
  start: number
  /** Called for each arrival, in order, never early. */
  release(index: number, due: number): void
  /** Told of time that was spent waiting though the event loop counts it as busy, in milliseconds. */
  onSpin?: (ms: number) => void
  signal: AbortSignal
}

/** Node's timers count whole milliseconds and may fire that much early: the rest is waited for by spinning. */
const timerGrainMs = 1.5
/** Spinning keeps the event loop busy: only where arrivals are so far apart that it is still idle for a part of the time. */
const spinsFromGapMs = 2
/** A turn of the event loop in which nothing but waiting was done takes less, in milliseconds. */
const emptyTurnMs = 0.05

/**
 * Releases each arrival as soon after its due time as timers allow, and everything that is due at once.
 * Sparse arrivals are met within microseconds, dense ones within about a millisecond.
 * Resolves when the last one was released, or when `signal` fires.
 */
export function pace({ dues, start, release, onSpin, signal }: PacerOptions): Promise<void> {
  const last = dues.at(-1) ?? 0
  const spins = dues.length < 2 || last / (dues.length - 1) >= spinsFromGapMs
  let next = 0
  let timer: NodeJS.Timeout | undefined
  let spinningSince = Number.NaN
  return new Promise((resolve) => {
    function finish(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }

    function tick(): void {
      if (signal.aborted) return finish()
      const now = performance.now()
      // A turn that took longer had answers in it.
      if (now - spinningSince < emptyTurnMs) onSpin?.(now - spinningSince)
      while (next < dues.length && start + dues[next]! <= now) {
        release(next, start + dues[next]!)
        next += 1
      }
      if (next === dues.length) return finish()
      wait(start + dues[next]! - performance.now())
    }

    function wait(ms: number): void {
      const isSoon = spins && ms <= timerGrainMs
      spinningSince = isSoon ? performance.now() : Number.NaN
      if (isSoon) setImmediate(tick)
      else timer = setTimeout(tick, Math.max(1, spins ? ms - timerGrainMs : ms))
    }

    signal.addEventListener('abort', finish)
    tick()
  })
}
