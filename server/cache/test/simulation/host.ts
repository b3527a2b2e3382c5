import type { VirtualTime, VirtualTimer } from './virtual-time.ts'

/** The machine under one simulated process: its clock, its timers, and an event loop that can stall or end. */
export interface Host {
  /** Milliseconds of this process' clock; another offset than that of others. */
  clock(): number
  timers: {
    setTimeout(run: () => void, ms: number): VirtualTimer
    clearTimeout(timer: unknown): void
  }
  /** Runs what came over the network as soon as the event loop gets to it; never once the process ended. */
  io(run: () => void): void
  /** Until when the event loop does nothing, in virtual milliseconds. */
  stalledUntil(): number
  stall(ms: number): void
  /** How long it did nothing altogether, stalls that lie ahead included, in milliseconds. */
  stalledMs(): number
  isAlive(): boolean
  crash(): void
  /** Timers set and neither run nor cleared. */
  waiting(): number
}

/** After a stall timers come before what the network brought, as in Node's event loop. */
const afterTimers = 0.001

export function createHost(time: VirtualTime, clockOffset: number): Host {
  let stalledUntil = 0
  let stalledMs = 0
  let alive = true
  const waiting = new Set<VirtualTimer>()

  /** Runs now, or when the stall ends. */
  function whenFree(run: () => void, order: number): void {
    if (!alive) return
    if (time.now() >= stalledUntil) run()
    else time.setTimeout(() => whenFree(run, order), stalledUntil - time.now() + order)
  }

  return {
    clock: () => time.now() + clockOffset,
    timers: {
      setTimeout(run, ms) {
        const timer = time.setTimeout(() => {
          whenFree(() => {
            // Cleared while it waited for the stall to end.
            if (waiting.delete(timer)) run()
          }, 0)
        }, ms)
        waiting.add(timer)
        return timer
      },
      clearTimeout(timer) {
        time.clearTimeout(timer as VirtualTimer)
        waiting.delete(timer as VirtualTimer)
      },
    },
    io: (run) => whenFree(run, afterTimers),
    stalledUntil: () => stalledUntil,
    stall(ms) {
      const until = Math.max(stalledUntil, time.now() + ms)
      stalledMs += until - Math.max(stalledUntil, time.now())
      stalledUntil = until
    },
    stalledMs: () => stalledMs,
    isAlive: () => alive,
    crash() {
      alive = false
      for (const timer of waiting) time.clearTimeout(timer)
      waiting.clear()
    },
    waiting: () => waiting.size,
  }
}
