import { formatDuration } from '@hotpath/core'
import { runLoad, type Scenario } from '@hotpath/load'
import type { Reading } from './targets.ts'

export interface UsersOptions {
  origin: string
  scenario: Scenario
  /** How many to begin with; halved until they are served well. */
  users: number
  /** Pause of a user between two requests, in milliseconds. */
  thinkMs: number
  durationMs: number
  /** What "served well" means: p95 in milliseconds. */
  p95Ms: number
  seed: number
}

/**
 * How many users, each asking, reading for `thinkMs` and asking again, one process serves with p95 within bounds and
 * without an error. Says "not measured" where the generator was the limit.
 */
export async function concurrentUsers(options: UsersOptions): Promise<Reading> {
  const { thinkMs, durationMs, p95Ms } = options
  for (let users = options.users; users >= 100; users = Math.floor(users / 2)) {
    const run = await runLoad({
      scenarios: options.scenario,
      origin: options.origin,
      model: 'closed',
      users,
      connections: users,
      think: thinkMs,
      warmup: thinkMs,
      duration: durationMs,
      seed: options.seed,
    })
    const p95 = run.responseMs.p95 ?? Infinity
    const pace = `one request every ${formatDuration(thinkMs)} each, ${Math.round(run.achievedRate)}/s, p95 ${formatDuration(p95)}`
    if (run.generatorLimited) return { value: null, note: `the generator was the limit at ${users} users` }
    if (run.errors === 0 && p95 < p95Ms) {
      return { value: users, note: `one process, ${pace}` }
    }
  }
  return { value: 0, note: 'not even 100 users were served within the bounds' }
}
