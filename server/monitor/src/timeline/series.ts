import { createHistogram, type TimelinePoint } from '@hotpath/core'
import type { HttpRequestMessage } from '@hotpath/http/channels'
import { isHit, isLookup } from '../request-window.ts'
import { createRecords } from './records.ts'

/** The course of one route, or of all: in fine steps for an hour and coarse ones for a day. */
export interface Series {
  request(now: number, message: HttpRequestMessage): void
  statement(now: number): void
  /** The steps that began from `from` until before `to`, oldest first; fine ones where they are kept, else coarse. */
  points(span: { from: number; to: number; now: number }): StepFigures[]
}

/** A step with more of its distribution than is shown: what several processes are put together by. */
export interface StepFigures extends Omit<TimelinePoint, 'hit' | 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  hits: number
  lookups: number
  /** At `quantileRanks`, in milliseconds; empty where no request ended. */
  quantiles: number[]
}

/** The quantiles that are kept of a step. */
export const quantileRanks = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const

export const fine = { stepMs: 10_000, size: 360 } as const
export const coarse = { stepMs: 60_000, size: 1_440 } as const

/** Counters of a step: their places, with the quantiles behind them. */
const [REQUESTS, ERRORS, HITS, LOOKUPS, STATEMENTS, BYTES] = [0, 1, 2, 3, 4, 5] as const
const counters = 6
const width = counters + quantileRanks.length

/** Begins one; it takes 100 kB, whatever happens. */
export function createSeries(): Series {
  const resolutions = [createResolution(fine), createResolution(coarse)]
  return {
    request(now, message) {
      for (const each of resolutions) each.request(now, message)
    },
    statement(now) {
      for (const each of resolutions) each.statement(now)
    },
    points({ from, to, now }) {
      const finest = firstKept(fine, now)
      // Whole coarse steps until the fine ones begin.
      const border = Math.ceil(finest / coarse.stepMs) * coarse.stepMs
      const [fineSteps, coarseSteps] = resolutions as [Resolution, Resolution]
      return [
        ...coarseSteps.points(Math.max(from, firstKept(coarse, now)), Math.min(to, border)),
        ...fineSteps.points(Math.max(from, border), to),
      ]
    },
  }
}

/** When the oldest step that is kept began. */
function firstKept({ stepMs, size }: { stepMs: number; size: number }, now: number): number {
  return (Math.floor(now / stepMs) - size + 1) * stepMs
}

interface Resolution {
  request(now: number, message: HttpRequestMessage): void
  statement(now: number): void
  points(from: number, to: number): StepFigures[]
}

/** Steps of one length. The one under way has a histogram, those that are over a few figures. */
function createResolution({ stepMs, size }: { stepMs: number; size: number }): Resolution {
  const records = createRecords({ size, width })
  const times = createHistogram({ precisionBits: 4 })
  const current = new Float64Array(counters)
  let number = -1

  function figures(): number[] {
    const quantiles = times.count() === 0 ? [] : quantileRanks.map((rank) => times.quantile(rank))
    return [...current, ...quantiles]
  }
  /** Ends the step under way when its time is over. */
  function turn(now: number): void {
    const next = Math.floor(now / stepMs)
    if (next === number) return
    if (number !== -1) records.put(number, figures())
    number = next
    current.fill(0)
    times.reset()
  }
  function stepOf(at: number): StepFigures {
    const step = Math.floor(at / stepMs)
    const record = step === number ? figures() : records.get(step)
    const [requests = 0, errors = 0, hits = 0, lookups = 0, statements = 0, bytes = 0, ...quantiles] = record
    return {
      at: step * stepMs,
      ms: stepMs,
      requests,
      errors,
      hits,
      lookups,
      statements,
      bytes,
      quantiles: requests === 0 ? [] : quantiles,
    }
  }

  return {
    request(now, message) {
      turn(now)
      current[REQUESTS]! += 1
      if (message.status >= 500) current[ERRORS]! += 1
      if (isHit(message)) current[HITS]! += 1
      if (isLookup(message)) current[LOOKUPS]! += 1
      current[BYTES]! += message.bytes
      times.record(message.durationMs)
    },
    statement(now) {
      turn(now)
      current[STATEMENTS]! += 1
    },
    points(from, to) {
      const first = Math.ceil(from / stepMs)
      const steps = Math.max(0, Math.ceil(to / stepMs) - first)
      return Array.from({ length: steps }, (_, index) => stepOf((first + index) * stepMs))
    },
  }
}
