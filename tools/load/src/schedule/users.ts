import { levelAt, type Stage } from './stages.ts'

/** When users begin, in milliseconds from the start, ascending, and which: user 0 is the first and leaves last. */
export interface Beginnings {
  dues: Float64Array
  numbers: Uint32Array
}

/** Users who begin together do so within a tenth of a millisecond of each other: all at once could overflow the listen backlog. */
const userEveryMs = 0.1

/** How many users there are `ms` after the start: the level, rounded. */
export function usersAt(stages: readonly Stage[], ms: number): number {
  return Math.round(levelAt(stages, ms))
}

/** Every moment at which a user begins, or comes back after a fall of the level. */
export function beginnings(stages: readonly Stage[]): Beginnings {
  const dues: number[] = []
  const numbers: number[] = []
  let startMs = 0
  let present = 0
  for (const { durationMs, from, to } of stages) {
    const jumpTo = Math.round(from)
    for (let number = present; number < jumpTo; number++) {
      dues.push(startMs + (number - present) * userEveryMs)
      numbers.push(number)
    }
    const atEnd = Math.round(to)
    for (let number = jumpTo; number < atEnd; number++) {
      // The level rounds up to number + 1 where it crosses number + ½.
      dues.push(startMs + (durationMs * (number + 0.5 - from)) / (to - from))
      numbers.push(number)
    }
    present = atEnd
    startMs += durationMs
  }
  const order = dues.map((_, index) => index).sort((a, b) => dues[a]! - dues[b]!)
  return {
    dues: Float64Array.from(order, (index) => dues[index]!),
    numbers: Uint32Array.from(order, (index) => numbers[index]!),
  }
}
