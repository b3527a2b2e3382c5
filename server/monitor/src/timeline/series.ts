import type { RequestWindow } from '../request-window.ts'
import { BYTES, ERRORS, HITS, LOOKUPS, REQUESTS, STATEMENTS, type StepFigures } from './step-figures.ts'
import { createSteps } from './steps.ts'

/** The course of one route, or of all: in fine steps for an hour and coarse ones for a day. */
export interface Series {
  /** Adds what was counted within the fine step of `at`; what lies before the step under way counts in that. */
  add(at: number, counted: RequestWindow): void
  /** The steps that began from `from` until before `to`, oldest first; fine ones where they are kept, else coarse. */
  points(span: { from: number; to: number; now: number }): StepFigures[]
}

export const fine = { stepMs: 10_000, size: 360 } as const
export const coarse = { stepMs: 60_000, size: 1_440 } as const

/** Begins one; it takes 100 kB, whatever happens. Only the fine step under way is counted in; coarse ones are put together from those. */
export function createSeries(): Series {
  const fineSteps = createSteps(fine)
  const coarseSteps = createSteps(coarse)
  const { counts, times } = fineSteps
  let turnsAt = 0

  /** Ends the step under way when its time is over. */
  function turn(now: number): void {
    coarseSteps.add(fineSteps.beganAt(), fineSteps)
    fineSteps.begin(now)
    turnsAt = (Math.floor(now / fine.stepMs) + 1) * fine.stepMs
  }

  return {
    add(at, { requests, errors, hits, lookups, bytes, statements, times: more }) {
      if (at >= turnsAt) turn(at)
      counts[REQUESTS]! += requests
      counts[ERRORS]! += errors
      counts[HITS]! += hits
      counts[LOOKUPS]! += lookups
      counts[BYTES]! += bytes
      counts[STATEMENTS]! += statements
      times.merge(more)
    },
    points({ from, to, now }) {
      if (now >= turnsAt) turn(now)
      const finest = firstKept(fine, now)
      // Whole coarse steps until the fine ones begin.
      const border = Math.ceil(finest / coarse.stepMs) * coarse.stepMs
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
