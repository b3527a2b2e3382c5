/** What happened lately, in steps of equal length. A step is emptied when its slot is next used, so nothing runs on a timer. */
export interface StepRing<Step> {
  /** Length of a step in milliseconds. */
  readonly stepMs: number
  /** How many steps back are kept. */
  readonly size: number
  /** The number of the step that `now` falls into; numbers count from 1970. */
  numberOf(now: number): number
  /** The step to record into at `now`. */
  at(now: number): Step
  /** The step of that number; undefined when nothing was recorded in it, or it is longer ago than `size` steps. */
  get(number: number): Step | undefined
}

export interface StepRingOptions<Step> {
  stepMs: number
  size: number
  create: () => Step
  /** Makes a used step as good as a new one. */
  empty: (step: Step) => void
}

/** Keeps the last `size` steps; memory is taken by the first use of a slot and kept. */
export function createStepRing<Step>({ stepMs, size, create, empty }: StepRingOptions<Step>): StepRing<Step> {
  const numbers = new Float64Array(size).fill(-1)
  const steps: (Step | undefined)[] = Array.from({ length: size })
  const numberOf = (now: number) => Math.floor(now / stepMs)
  /** The step that was used last, and when it ends: almost every call is within it, and a division costs more. */
  let last: Step | undefined
  let lastFrom = 0
  let lastUntil = 0

  return {
    stepMs,
    size,
    numberOf,
    at(now) {
      if (now >= lastFrom && now < lastUntil) return last!
      const number = numberOf(now)
      const slot = number % size
      let step = steps[slot]
      if (numbers[slot] !== number || !step) {
        if (step) empty(step)
        else steps[slot] = step = create()
        numbers[slot] = number
      }
      last = step
      lastFrom = number * stepMs
      lastUntil = lastFrom + stepMs
      return step
    },
    get(number) {
      const slot = number % size
      return numbers[slot] === number ? steps[slot] : undefined
    },
  }
}

/** The recorded steps numbered `from` to `to`, both included, oldest first. */
export function stepsBetween<Step>(ring: StepRing<Step>, from: number, to: number): Step[] {
  const found: Step[] = []
  for (let number = from; number <= to; number++) {
    const step = ring.get(number)
    if (step !== undefined) found.push(step)
  }
  return found
}
