import { once } from 'node:events'
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** How often the clocks tick, and from when on a tick counts as late: what the figures may be wrong by, less their due. */
export const tickMs = 4
export const lateMs = 1

/** Where a clock counts. */
export const ticks = { all: 0, late: 1, never: 2 } as const

/** What the thread of a clock is given. */
export interface Clock {
  core: number
  shared: Int32Array<SharedArrayBuffer>
}

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

/** What counts of several tries, and all of them. */
export interface Calmest<T> extends Observed<T> {
  all: readonly Observed<T>[]
}

/** Tells how long the machine stood still, as a virtual one does whose host is busy. */
export interface Stillness extends AsyncDisposable {
  /**
   * Waits until the machine goes on without a halt, and does something until it did so meanwhile and what came of it is
   * good: three times at most, and as long as there is patience left. Gives the good one, or that of all, in which the
   * machine stood still least.
   */
  calmest<T>(work: () => Promise<T>, isGood?: (result: T) => boolean): Promise<Calmest<T>>
}

/**
 * On each core a thread that only sleeps for some milliseconds at a time: it is late for no other reason than the
 * machine itself. `patienceMs` is spent on waiting and on doing things again, by all that is done.
 */
export async function startStillness(patienceMs: number): Promise<Stillness> {
  let leftMs = patienceMs
  const clocks = await Promise.all(os.cpus().map((_, core) => startClock(core)))
  async function observed<T>(work: () => Promise<T>): Promise<Try<T>> {
    const before = clocks.map(({ counted }) => counted())
    const result = await work()
    const shares = clocks.map(({ counted }, core) => {
      const { all, late } = counted()
      return (late - before[core]!.late) / Math.max(1, all - before[core]!.all)
    })
    const lateShare = Math.max(...shares)
    return { result, lateShare, isUndisturbed: lateShare <= allowedShare }
  }
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    const result = await work()
    leftMs -= performance.now() - startedAt
    return result
  }
  async function quiet(): Promise<void> {
    const until = performance.now() + Math.min(mostWaitMs, leftMs)
    const hasHalts = async () => !(await observed(() => sleep(quietMs))).isUndisturbed
    while ((await hasHalts()) && performance.now() < until);
  }
  return {
    async calmest(work, isGood = () => true) {
      await patiently(quiet)
      const all = [await observed(work)]
      const isDone = () => all.some(({ result, isUndisturbed }) => isUndisturbed && isGood(result))
      while (!isDone() && all.length < mostTries && leftMs > 0)
        await patiently(async () => {
          await quiet()
          all.push(await observed(work))
        })
      const good = all.filter(({ result }) => isGood(result))
      const { result, isUndisturbed } = calmestOf(good.length > 0 ? good : all)
      return { result, isUndisturbed, all }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clocks.map(({ thread }) => thread.terminate()))
    },
  }
}

interface Try<T> extends Observed<T> {
  lateShare: number
}

const calmestOf = <T>(tries: readonly Try<T>[]) =>
  tries.reduce((calmest, one) => (one.lateShare < calmest.lateShare ? one : calmest))

async function startClock(core: number) {
  const shared = new Int32Array(new SharedArrayBuffer(12))
  const workerData: Clock = { core, shared }
  const thread = new Worker(new URL('./stillness-thread.ts', import.meta.url), { workerData })
  await once(thread, 'online')
  return {
    thread,
    counted: () => ({ all: Atomics.load(shared, ticks.all), late: Atomics.load(shared, ticks.late) }),
  }
}
