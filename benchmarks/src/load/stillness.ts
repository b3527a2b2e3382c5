import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** How often the clock ticks, and from when on a tick counts as late: what the figures may be wrong by. */
export const tickMs = 4
export const lateMs = 1.5

/** Where the clock counts. */
export const ticks = { all: 0, late: 1, never: 2 } as const

/** Below this share of late ticks a p99 can be believed: each halt delays all requests that are under way. */
const allowedShare = 0.001
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
  /**
   * Waits until the machine goes on without a halt, and does something again until it did so meanwhile, three times at
   * most, and as long as there is patience left.
   */
  undisturbed<T>(work: () => Promise<T>): Promise<Observed<T>>
}

/**
 * A thread that only sleeps for some milliseconds at a time is late for no other reason than the machine itself.
 * `patienceMs` is spent on waiting and on doing things again, by all that is done.
 */
export async function startStillness(patienceMs: number): Promise<Stillness> {
  let leftMs = patienceMs
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
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    const result = await work()
    leftMs -= performance.now() - startedAt
    return result
  }
  async function quiet(): Promise<void> {
    const until = performance.now() + Math.min(mostWaitMs, leftMs)
    while (!(await observed(() => sleep(quietMs))).isUndisturbed && performance.now() < until);
  }
  return {
    async undisturbed(work) {
      await patiently(quiet)
      let last = await observed(work)
      for (let tries = 1; tries < mostTries && !last.isUndisturbed && leftMs > 0; tries++) {
        last = await patiently(async () => {
          await quiet()
          return observed(work)
        })
      }
      return last
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
