import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'

/** Wakes this thread at given times. */
export interface Alarm extends AsyncDisposable {
  /** Calls `wake` soon after each due time, once for what lies closer together than a quarter of a millisecond. Once only. */
  follow(schedule: AlarmSchedule, wake: () => void): void
  /** From now on it rings so many milliseconds before what is due alone. @default 0 */
  leadBy(ms: number): void
}

/** When to wake. */
export interface AlarmSchedule {
  /** Milliseconds from `start`, ascending. */
  dues: Float64Array
  /** performance.now() at which the schedule begins. */
  start: number
}

/** What the alarm's thread is told. */
export interface AlarmOrder {
  /** As in the schedule, shared between the threads. */
  dues: Float64Array
  /** Milliseconds by process.hrtime, which all threads share. */
  start: number
}

/** Where the two threads leave each other notes. */
export const notes = {
  /** 1: the thread is to end. */
  stop: 0,
  /** 1: a wake is under way, another would tell nothing. */
  rung: 1,
  /** How long before a due time to ring, in microseconds. */
  lead: 2,
} as const

/**
 * Starts a thread that sleeps until the next due time: the kernel wakes it within some 50 microseconds, where timers count
 * whole milliseconds, and waiting costs nobody a core.
 */
export async function startAlarm(): Promise<Alarm> {
  const shared = new Int32Array(new SharedArrayBuffer(12))
  const file = new URL(`./alarm-thread${path.extname(import.meta.filename)}`, import.meta.url)
  // Not with this process' own options, some of which are for its main script alone.
  const thread = new Worker(file, { workerData: shared, execArgv: [] })
  await once(thread, 'message')
  thread.unref()
  return {
    follow({ dues, start }, wake) {
      thread.on('message', () => {
        Atomics.store(shared, notes.rung, 0)
        wake()
      })
      // Listening would keep the process alive.
      thread.unref()
      const copy = new Float64Array(new SharedArrayBuffer(dues.byteLength))
      copy.set(dues)
      const order: AlarmOrder = { dues: copy, start: sharedNow() - performance.now() + start }
      thread.postMessage(order, [])
    },
    leadBy: (ms) => void Atomics.store(shared, notes.lead, Math.round(ms * 1000)),
    async [Symbol.asyncDispose]() {
      thread.removeAllListeners('message')
      Atomics.store(shared, notes.stop, 1)
      Atomics.notify(shared, notes.stop)
      await thread.terminate()
    },
  }
}

/** Milliseconds by the clock that all threads share. */
export function sharedNow(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
