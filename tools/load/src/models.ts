import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { pace } from './pacer.ts'
import type { Plan } from './plan.ts'
import { schedule } from './schedule.ts'
import type { Visitor, Visitors } from './visitors.ts'

export interface ModelOptions {
  plan: Plan
  visitors: Visitors
  /** performance.now() at which the warm-up begins. */
  start: number
  /** Ends the run before its time. */
  signal: AbortSignal
}

/** What a model did, for the verdict. */
export interface Driven {
  /** Share of the asked arrival rate that was reached, 0…1; 1 in the closed model, which asks for none. */
  achievedShare: number
}

/** Visitors arrive by schedule, however the server fares. Resolves at the end of the measured time. */
export async function driveOpen({ plan, visitors, start, signal }: ModelOptions): Promise<Driven> {
  const { warmupMs, durationMs, seed } = plan
  const from = start + warmupMs
  // Two schedules, so that the measured time has its exact number of arrivals.
  const warmup = schedule({ ...plan, durationMs: warmupMs, seed: seed + 1 })
  const measured = schedule(plan)
  const dues = new Float64Array(warmup.length + measured.length)
  dues.set(warmup)
  for (const [index, due] of measured.entries()) dues[warmup.length + index] = warmupMs + due
  let started = 0
  let lastStart = from

  function release(index: number, due: number): void {
    if (index >= warmup.length) {
      started += 1
      lastStart = performance.now()
    }
    visitors.begin(visitors.create(index), due, () => {})
  }
  await pace({ dues, start, release, signal })
  await sleepUntil(from + durationMs, signal)

  const elapsedMs = Math.min(durationMs, performance.now() - from)
  const asked = measured.findLastIndex((due) => due <= elapsedMs) + 1
  const inTime = durationMs / Math.max(durationMs, lastStart - from)
  return { achievedShare: asked === 0 ? 1 : (started / asked) * inTime }
}

/** Users start within a tenth of a millisecond of each other: all at once could overflow the listen backlog. */
const userEveryMs = 0.1

/** A fixed number of users, each going on when answered. Resolves at the end of the measured time. */
export async function driveClosed({ plan, visitors, start, signal }: ModelOptions): Promise<Driven> {
  const { users, thinkMs, warmupMs, durationMs } = plan

  function iterate(user: Visitor): void {
    if (signal.aborted) return
    visitors.begin(user, performance.now(), (exchange?: Exchange) => {
      const again = () => iterate(user)
      if (thinkMs > 0) visitors.wait(thinkMs, again)
      else if (exchange?.failure === null) again()
      // A session that sent nothing, or could not, must not keep the event loop to itself.
      else setImmediate(again)
    })
  }
  const dues = Float64Array.from({ length: users }, (_, index) => index * userEveryMs)
  await pace({ dues, start, release: (index) => iterate(visitors.create(index)), signal })
  await sleepUntil(start + warmupMs + durationMs, signal)
  return { achievedShare: 1 }
}

async function sleepUntil(at: number, signal: AbortSignal): Promise<void> {
  // Node's timers may fire a fraction of a millisecond early.
  for (let left = at - performance.now(); left > 0 && !signal.aborted; left = at - performance.now()) {
    await sleep(left, undefined, { signal }).catch(() => {})
  }
}
