import { setTimeout as sleep } from 'node:timers/promises'
import type { Alarm } from '../schedule/alarm.ts'
import { pace } from '../schedule/pacer.ts'
import { type Plan, warmupLevel } from './plan.ts'
import { scheduleStages } from '../schedule/schedule.ts'
import { shareOf, shareOfCount } from '../schedule/share.ts'
import type { Stage } from '../schedule/stages.ts'
import { beginnings, usersAt } from '../schedule/users.ts'
import type { Visitor, Visitors } from '../session/visitors.ts'

export interface ModelOptions {
  plan: Plan
  visitors: Visitors
  /** performance.now() at which the warm-up begins. */
  start: number
  alarm: Alarm
  /** Ends the run before its time. */
  signal: AbortSignal
}

/** What a model did in the measured time, for the verdict. */
export interface Driven {
  /** Arrivals that were due; 0 in the closed model, which asks for none. */
  asked: number
  started: number
  /** When the last one was started, from the beginning of the measured time. */
  lastStartMs: number
}

/** Visitors arrive by schedule, however the server fares. Resolves at the end of the measured time. */
export async function driveOpen({ plan, visitors, start, alarm, signal }: ModelOptions): Promise<Driven> {
  const { warmupMs, durationMs, share } = plan
  const from = start + warmupMs
  const { dues: all, warmups } = arrivalsOf(plan)
  const dues = shareOf(all, share)
  // Numbers are those of the whole schedule, so that a visitor does the same, whichever generator sends it.
  const numberOf = (index: number) => index * share.of + share.index
  let started = 0
  let lastStart = from

  function release(index: number, due: number): void {
    const number = numberOf(index)
    if (number >= warmups) {
      started += 1
      lastStart = performance.now()
    }
    visitors.begin(visitors.create(number), due, () => {})
  }
  await pace({ dues, start, release, alarm, signal })
  await sleepUntil(from + durationMs, signal)

  const elapsedMs = warmupMs + Math.min(durationMs, performance.now() - from)
  const dueSoFar = dues.findLastIndex((due) => due <= elapsedMs) + 1
  const asked = Math.max(0, dueSoFar - shareOfCount(warmups, share))
  return { asked, started, lastStartMs: lastStart - from }
}

/** All arrivals from the start of the warm-up; two schedules, so that the measured time has its exact number. */
function arrivalsOf(plan: Plan): { dues: Float64Array; warmups: number } {
  const { stages, times, arrivals, seed, warmupMs } = plan
  const level = warmupLevel(plan)
  const warmup = scheduleStages([{ durationMs: warmupMs, from: level, to: level }], {
    arrivals,
    seed: seed + 1,
  })
  const measured = times ?? scheduleStages(stages, { arrivals, seed })
  const dues = new Float64Array(warmup.length + measured.length)
  dues.set(warmup)
  for (const [index, due] of measured.entries()) dues[warmup.length + index] = warmupMs + due
  return { dues, warmups: warmup.length }
}

/** Users who each go on when answered, as many as the level asks for. Resolves at the end of the measured time. */
export async function driveClosed({ plan, visitors, start, alarm, signal }: ModelOptions): Promise<Driven> {
  const { share, warmupMs, durationMs, think } = plan
  const stages = userStages(plan)
  const idle = new Map<number, Visitor>()
  const known = new Set<number>()
  const finished = new AbortController()
  const iterations = plan.iterations === null ? Infinity : shareOfCount(plan.iterations, share)
  let begun = 0
  let ended = 0

  function iterate(user: Visitor, now: number): void {
    if (begun >= iterations) return
    begun += 1
    visitors.begin(user, now, (answered) => {
      ended += 1
      if (ended >= iterations) finished.abort()
      const again = () => goOn(user)
      const pauseMs = think(user.random())
      if (pauseMs > 0) visitors.wait(pauseMs, again)
      else if (answered) again()
      // A session that sent nothing, or could not, must not keep the event loop to itself.
      else setImmediate(again)
    })
  }

  function goOn(user: Visitor): void {
    const now = performance.now()
    // What begins after the end is not counted: then it must not be sent either.
    if (signal.aborted || now >= start + warmupMs + durationMs) return
    if (user.number < usersAt(stages, now - start)) iterate(user, now)
    else idle.set(user.number, user)
  }

  function join(number: number): void {
    const user = known.has(number) ? idle.get(number) : visitors.create(number)
    known.add(number)
    // Who is still busy since the level fell goes on without a break.
    if (!user) return
    idle.delete(number)
    iterate(user, performance.now())
  }

  const all = beginnings(stages)
  const mine = all.numbers.map((number) => (number % share.of === share.index ? 1 : 0))
  const dues = all.dues.filter((_, index) => mine[index] === 1)
  const numbers = all.numbers.filter((_, index) => mine[index] === 1)
  const until = AbortSignal.any([signal, finished.signal])
  await pace({ dues, start, release: (index) => join(numbers[index]!), alarm, signal: until })
  await sleepUntil(start + warmupMs + durationMs, until)
  return { asked: 0, started: 0, lastStartMs: 0 }
}

function userStages(plan: Plan): Stage[] {
  const level = warmupLevel(plan)
  const warmup = { durationMs: plan.warmupMs, from: level, to: level }
  return plan.warmupMs > 0 ? [warmup, ...plan.stages] : [...plan.stages]
}

async function sleepUntil(at: number, signal: AbortSignal): Promise<void> {
  // Node's timers may fire a fraction of a millisecond early.
  for (let left = at - performance.now(); left > 0 && !signal.aborted; left = at - performance.now()) {
    await sleep(left, undefined, { signal }).catch(() => {})
  }
}
