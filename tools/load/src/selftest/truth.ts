import type { RunResult } from '../record/result.ts'
import type { FaultReport } from './fault-report.ts'
import { quantileOf } from './fault-server.ts'

/** A percentile of a generator's times beside what the server logged, in milliseconds. */
export interface TruthFigure {
  name: 'p50' | 'p95' | 'p99'
  measured: number
  logged: number
  /** Whether they differ by at most 2 % or 1.5 ms, whichever is more. */
  holds: boolean
}

export interface Truth {
  figures: TruthFigure[]
  requests: { measured: number; logged: number }
  /** Every percentile holds, and the count is exact. */
  holds: boolean
}

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const
const allowedShare = 0.02
const allowedMs = 1.5

/** Holds percentiles against a server's log. A percentile that is missing does not hold. */
export function holdAgainst(
  measured: { requests: number; times: Pick<RunResult['responseMs'], 'p50' | 'p95' | 'p99'> },
  { arrivals, answers }: FaultReport,
): Truth {
  const figures = Object.entries(quantiles).map(([key, q]): TruthFigure => {
    const name = key as keyof typeof quantiles
    const logged = quantileOf(answers, q)
    const ours = measured.times[name] ?? Number.NaN
    const allowed = Math.max(allowedShare * logged, allowedMs)
    return { name, measured: ours, logged, holds: Math.abs(ours - logged) <= allowed }
  })
  const requests = { measured: measured.requests, logged: arrivals.length }
  const exact = requests.measured === requests.logged
  return { figures, requests, holds: exact && figures.every(({ holds }) => holds) }
}
