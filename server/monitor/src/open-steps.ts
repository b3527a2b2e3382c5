import type { Clock } from '@hotpath/core'
import { addTo, type RequestWindow } from './request-window.ts'
import type { StepRing } from './step-ring.ts'
import { takeStep, type Tally } from './tally.ts'
import type { Series } from './timeline/series.ts'

/** What is kept of some requests over time. */
export interface Kept {
  /** Their last ten minutes, in steps. */
  readonly recent: StepRing<RequestWindow>
  /** Their last day. */
  readonly course: Series
}

/** A tally, and what its steps are added to. */
export interface Counting {
  readonly tally: Tally
  readonly into: readonly Kept[]
  /** Something was counted in the step under way. */
  isOpen: boolean
}

/** The step under way: what was counted in it and is kept nowhere yet. */
export interface OpenSteps {
  /** Before something is counted. Ends the step under way when its time is over; nothing runs on a timer. */
  open(counting: Counting): void
  /** Adds what was counted in the step under way to what is kept, for whoever looks; the step goes on. */
  settle(counting: Counting): void
  settleAll(): void
}

/** Steps of `stepMs`; those that are kept last as long, or a whole number of times as long. */
export function createOpenSteps({ stepMs, clock }: { stepMs: number; clock: Clock }): OpenSteps {
  let counted: Counting[] = []
  let from = 0
  let until = 0

  function settle({ tally, into }: Counting): void {
    const step = takeStep(tally)
    if (step === null) return
    for (const { recent, course } of into) {
      addTo(recent.at(from), step)
      course.add(from, step)
    }
  }
  function settleAll(): void {
    for (const counting of counted) settle(counting)
  }
  function turn(now: number): void {
    settleAll()
    for (const counting of counted) counting.isOpen = false
    counted = []
    from = Math.floor(now / stepMs) * stepMs
    until = from + stepMs
  }

  return {
    open(counting) {
      const now = clock()
      if (now >= until || now < from) turn(now)
      if (counting.isOpen) return
      counting.isOpen = true
      counted.push(counting)
    },
    settle,
    settleAll,
  }
}
