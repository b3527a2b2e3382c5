import type { Batches } from './batches.ts'
import type { Rate } from './gcra.ts'
import { createLeases, type Taken } from './leases.ts'
import { createMemoryLimiter, type MemoryLimiter, type Verdict } from './memory-limiter.ts'

/** What becomes of requests while Redis is away: this process alone limits, all are refused, or all are admitted. */
export type WhenAway = 'local' | 'closed' | 'open'

/** One group's limit, whether Redis has a part in it or not. */
export interface Limiter {
  /** At once, or when Redis has answered. What comes at once is one object, which the next call writes over. */
  take(key: string, cost: number): Readonly<Verdict> | Promise<Readonly<Verdict>>
  /** Takes them if they are admitted at once; null, with nothing taken, where they are not or Redis has to say. */
  takeNow(key: string, cost: number): Readonly<Verdict> | null
  /** Gives back what is held and not used. Called now and then. */
  sweep(): void
  /** Requests granted by Redis and not used yet. */
  outstanding(): number
}

export interface LimiterOptions {
  readonly rate: Rate
  readonly maxKeys: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Null keeps the limit to this process. */
  readonly shared: SharedOptions | null
}

export interface SharedOptions {
  readonly batches: Batches
  /** Where a key lies in Redis. */
  readonly nameOf: (key: string) => string
  readonly whenAway: WhenAway
  /** Most requests of one key held ahead of need. */
  readonly mostAhead: number
  readonly leaseMs: number
}

/** A limit of this process, and, with Redis, that of all processes beside it. */
export function createLimiter({ shared, ...options }: LimiterOptions): Limiter {
  const memory = createMemoryLimiter(options)
  if (shared !== null) return createSharedLimiter(memory, { ...options, shared })
  const takeNow = (key: string, cost: number) => admittedOf(memory.take(key, cost))
  return { take: memory.take, takeNow, sweep() {}, outstanding: () => 0 }
}

/** A refusal takes nothing, so that whoever is asked next refuses the same. */
const admittedOf = (verdict: Readonly<Verdict>) => (verdict.admitted ? verdict : null)

/**
 * Both must admit. What this process admitted is counted here all the same: when Redis goes away, or comes back with
 * nothing, a key does not begin anew, and what is refused here is not asked there.
 */
function createSharedLimiter(
  memory: MemoryLimiter,
  { shared, ...options }: LimiterOptions & { shared: SharedOptions },
): Limiter {
  const leases = createLeases({ ...options, ...shared })
  const { burst, intervalUs } = options.rate

  function refuse(verdict: Verdict, key: string, cost: number): void {
    memory.give(key, cost)
    verdict.admitted = false
    verdict.remaining += cost
  }

  function judge(taken: Taken, verdict: Verdict, { key, cost }: { key: string; cost: number }): Verdict {
    if (taken === 'away') {
      if (shared.whenAway !== 'closed') return verdict
      refuse(verdict, key, cost)
      verdict.isUnknown = true
      return verdict
    }
    if (taken === 'refused') {
      refuse(verdict, key, cost)
      verdict.retryInMs = leases.retryInMs(key, cost)
    }
    verdict.remaining = Math.min(verdict.remaining, leases.remaining(key))
    verdict.wholeInMs = Math.max(verdict.wholeInMs, ((burst - verdict.remaining) * intervalUs) / 1000)
    return verdict
  }

  const limiter: Limiter = {
    take(key, cost) {
      const verdict = memory.take(key, cost) as Verdict
      if (!verdict.admitted) {
        verdict.admitted = shared.whenAway === 'open' && shared.batches.isAway()
        return verdict
      }
      const taken = leases.take(key, cost)
      if (typeof taken === 'string') return judge(taken, verdict, { key, cost })
      const kept = { ...verdict }
      return taken.then((taken) => judge(taken, kept, { key, cost }))
    },
    takeNow(key, cost) {
      if (!leases.holds(key, cost)) return null
      const taken = limiter.take(key, cost)
      return taken instanceof Promise ? null : admittedOf(taken)
    },
    sweep: leases.sweep,
    outstanding: leases.outstanding,
  }
  return limiter
}
