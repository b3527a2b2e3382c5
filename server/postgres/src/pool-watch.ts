import { createHistogram, type Histogram } from '@hotpath/core'
import type { MonotonicClock } from './client.ts'
import { siteIn } from './tap/call-site.ts'

/** A client that was taken out and not given back for long. */
export interface Leak {
  /** The line of the application that took it, where one is known. */
  site: string | null
  /** The stack of whoever took it. */
  stack: string
  heldMs: number
}

/** How a pool has fared since its start. Times are in milliseconds. */
export interface PoolStats {
  acquired: number
  /** Callers that waited in vain. */
  timeouts: number
  /** Attempts to connect that were repeated. */
  retries: number
  /** From asking for a connection until there was one. */
  waitMs: { mean: number; p50: number; p95: number; p99: number; max: number }
  /** The sum of these waits. */
  waitedMs: number
  /** How long connections were out, summed over all of them, those included that are out now. */
  heldMs: number
  /** From getting a connection until giving it back. */
  holdMs: { mean: number; p95: number; max: number }
  /** Connections asked for in a second. */
  perSecond: number
  /** Share of the time in which every connection was taken. */
  saturation: number
  /** Clients that are out for longer than leakAfter; the longest first. */
  leaks: Leak[]
}

/** A connection that is asked for, or out. */
export interface Loan {
  since: number
  readonly taken: { stack?: string } | undefined
}

export interface PoolWatch {
  /** Called where the caller stands; `traced` notes its stack, for about 3 µs. */
  asked(traced: boolean): Loan
  lent(loan: Loan, waitedMs: number): void
  returned(loan: Loan): void
  timedOut(): void
  retried(): void
  stats(): PoolStats
}

const depth = 30
const maxLeaks = 20

export function createPoolWatch(
  max: number,
  { leakAfterMs, now }: { leakAfterMs: number; now: MonotonicClock },
): PoolWatch {
  const startedAt = now()
  const waits = createHistogram({ precisionBits: 6 })
  const holds = createHistogram({ precisionBits: 6 })
  const out = new Set<Loan>()
  let timeouts = 0
  let retries = 0
  let fullSince: number | undefined
  let fullMs = 0

  return {
    asked: (traced) => ({ since: 0, taken: traced ? stackHere() : undefined }),
    lent(loan, waitedMs) {
      waits.record(waitedMs)
      loan.since = now()
      out.add(loan)
      if (out.size === max) fullSince = loan.since
    },
    returned(loan) {
      const at = now()
      out.delete(loan)
      holds.record(at - loan.since)
      if (fullSince === undefined) return
      fullMs += at - fullSince
      fullSince = undefined
    },
    timedOut: () => void (timeouts += 1),
    retried: () => void (retries += 1),
    stats() {
      const at = now()
      const elapsed = Math.max(1, at - startedAt)
      return {
        acquired: waits.count(),
        timeouts,
        retries,
        waitMs: { ...summary(waits), p50: waits.quantile(0.5), p99: waits.quantile(0.99) },
        waitedMs: waits.mean() * waits.count(),
        heldMs: [...out].reduce((sum, { since }) => sum + at - since, holds.mean() * holds.count()),
        holdMs: summary(holds),
        perSecond: (1000 * waits.count()) / elapsed,
        saturation: (fullMs + (fullSince === undefined ? 0 : at - fullSince)) / elapsed,
        leaks: [...out]
          .filter(({ since, taken }) => taken && at - since >= leakAfterMs)
          .slice(0, maxLeaks)
          .map(({ since, taken }) => ({ heldMs: at - since, ...placeOf(taken!) })),
      }
    },
  }
}

const summary = (times: Histogram) => ({ mean: times.mean(), p95: times.quantile(0.95), max: times.max() })

/** The text of a stack is made only when it is asked for, which costs far more than noting it. */
function stackHere(): { stack?: string } {
  const before = Error.stackTraceLimit
  const holder: { stack?: string } = {}
  Error.stackTraceLimit = depth
  Error.captureStackTrace(holder, stackHere)
  Error.stackTraceLimit = before
  return holder
}

function placeOf({ stack = '' }: { stack?: string }): Pick<Leak, 'site' | 'stack'> {
  return { site: siteIn(stack), stack }
}
