import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** How often the clock ticks, and from when on a tick counts as late: what the figures may be wrong by. */
export const tickMs = 4
export const lateMs = 1.5

/** Where the clock counts. */
export const ticks = { all: 0, late: 1, never: 2 } as const

/** Below this share of late ticks a p99 can be believed: a request may be late on its way to the server and back. */
const allowedShare = 0.005
const mostTries = 3
/** How long the machine has to have gone on before something is measured, and how long that is waited for. */
const quietMs = 1_000
const mostWaitMs = 20_000

/** What came of something, and whether the machine went on without a halt meanwhile. */
export interface Observed<T> {
  result: T
  isUndisturbed: boolean
}

/** Tells whether the machine stood still meanwhile, as a virtual one does whose host is busy. */
export interface Stillness extends AsyncDisposable {
  /** Waits until the machine goes on without a halt, and does something again until it did so meanwhile, three times at most. */
  undisturbed<T>(work: () => Promise<T>): Promise<Observed<T>>
}

/** A thread that only sleeps for some milliseconds at a time is late for no other reason than the machine itself. */
export async function startStillness(): Promise<Stillness> {
  const shared = new Int32Array(new SharedArrayBuffer(12))
  const thread = new Worker(new URL('./stillness-thread.ts', import.meta.url), { workerData: shared })
  await once(thread, 'online')
  const counted = () => ({ all: Atomics.load(shared, ticks.all), late: Atomics.load(shared, ticks.late) })
  async function observed<T>(work: () => Promise<T>): Promise<Observed<T>> {
    const before = counted()
    const result = await work()
    const after = counted()
    return { result, isUndisturbed: after.late - before.late <= allowedShare * (after.all - before.all) }
  }
  async function quiet(): Promise<void> {
    const until = performance.now() + mostWaitMs
    while (!(await observed(() => sleep(quietMs))).isUndisturbed && performance.now() < until);
  }
  return {
    async undisturbed(work) {
      for (let tries = 1; ; tries++) {
        await quiet()
        const last = await observed(work)
        if (last.isUndisturbed || tries === mostTries) return last
      }
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
