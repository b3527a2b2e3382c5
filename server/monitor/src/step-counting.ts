import { addTo, type RequestWindow } from './request-window.ts'
import type { StepRing } from './step-ring.ts'
import { createTally, endStep, stepOf, type Tally } from './tally.ts'
import { createSeries, type Series } from './timeline/series.ts'

/** What is kept of some requests over time. */
export interface Kept {
  /** Their last ten minutes, in steps. */
  readonly recent: StepRing<RequestWindow>
  /** Their last day. */
  readonly course: Series
}

/** Requests on their way into steps: what is counted in the step under way is kept when that is over, or somebody looks. */
export interface StepCounting {
  readonly tally: Tally
  /** With the step under way. */
  readonly kept: Kept
  /** When the step under way began, and when it ends: milliseconds since 1970. */
  from: number
  until: number
  /** Adds what was counted so far to what is kept. */
  settle(): void
}

/** The steps that are kept are this long, or whole ones of it; in milliseconds. */
export const stepMs = 5_000

/** Begins to count into steps. */
export function countInSteps(recent: StepRing<RequestWindow>): StepCounting {
  const tally = createTally()
  const course = createSeries()
  const counting: StepCounting = {
    tally,
    from: 0,
    until: 0,
    kept: {
      get recent() {
        counting.settle()
        return recent
      },
      get course() {
        counting.settle()
        return course
      },
    },
    settle() {
      const step = stepOf(tally)
      if (step === null) return
      addTo(recent.at(counting.from), step)
      course.add(counting.from, step)
      endStep(tally)
    },
  }
  return counting
}

/** Before something is counted at `now`: ends the step under way when its time is over, so that nothing runs on a timer. */
export function turnTo(counting: StepCounting, now: number): void {
  if (now >= counting.from && now < counting.until) return
  counting.settle()
  counting.from = Math.floor(now / stepMs) * stepMs
  counting.until = counting.from + stepMs
}
