import * as fc from 'fast-check'
import { type History, histories } from './history.ts'
import type { Violation } from './oracle.ts'
import { playHistory } from './world.ts'

/** What came of some histories. */
export interface BatchOutcome {
  /** Decides all of them. */
  seed: number
  histories: number
  operations: number
  /** How many of each kind. */
  faults: Record<string, number>
  /** The shortest history that could be found which still breaks a guarantee. */
  counterexample: Counterexample | null
}

export interface Counterexample {
  violations: Violation[]
  history: History
  /** Everything that happened in it. */
  lines: string[]
}

export interface BatchOptions {
  seed: number
  histories: number
  /** @default this one */
  play?: typeof playHistory
  /** Look for a shorter history that fails as well. @default true */
  shrink?: boolean
  /** Histories that are played first; they count. @default [] */
  known?: readonly History[]
}

/** Plays so many histories, or as many as it takes to find one that breaks a guarantee. */
export async function playBatch(options: BatchOptions): Promise<BatchOutcome> {
  const { seed, play = playHistory, shrink = true, known = [] } = options
  const outcome: BatchOutcome = { seed, histories: 0, operations: 0, faults: {}, counterexample: null }
  let hasFailed = false
  const property = fc.asyncProperty(histories, async (history) => {
    const { violations, operations, faults } = await play(history)
    // What is played to shorten a counterexample does not count.
    if (!hasFailed) {
      outcome.histories += 1
      outcome.operations += operations
      for (const [kind, times] of Object.entries(faults)) {
        outcome.faults[kind] = (outcome.faults[kind] ?? 0) + times
      }
    }
    hasFailed ||= violations.length > 0
    return violations.length === 0
  })
  const { counterexample } = await fc.check(property, {
    numRuns: options.histories,
    seed,
    endOnFailure: !shrink,
    examples: known.map((history): [History] => [history]),
  })
  if (counterexample === null) return outcome
  const [history] = counterexample
  const lines: string[] = []
  const { violations } = await play(history, (line) => void lines.push(line))
  return { ...outcome, counterexample: { violations, history, lines } }
}
