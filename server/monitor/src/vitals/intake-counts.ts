import type { IntakeFigures } from '@hotpath/core'
import type { Family } from '../exposition.ts'

/** Why a request at the intake was turned away before its body was read. */
export type Refusal = 'tooLarge' | 'foreign' | 'limited'

/** What can become of a beacon. */
type Outcome = Exclude<keyof IntakeFigures, 'unknownRoutes'>

export interface IntakeCounts {
  /** Counts, and hands the outcome back. */
  count<O extends Outcome>(outcome: O): O
  countUnknownRoutes(views: number): void
  figures(): IntakeFigures
  family(): Family
}

const words: Readonly<Record<Outcome, string>> = {
  accepted: 'accepted',
  sampled: 'sampled_out',
  malformed: 'malformed',
  tooLarge: 'too_large',
  foreign: 'foreign',
  limited: 'limited',
}

/** Since the start. */
export function createIntakeCounts(): IntakeCounts {
  const figures: IntakeFigures = {
    accepted: 0,
    sampled: 0,
    malformed: 0,
    tooLarge: 0,
    foreign: 0,
    limited: 0,
    unknownRoutes: 0,
  }
  return {
    count(outcome) {
      figures[outcome]++
      return outcome
    },
    countUnknownRoutes: (views) => void (figures.unknownRoutes += views),
    figures: () => ({ ...figures }),
    family: () => ({
      name: 'hotpath_web_vitals_beacons_total',
      help: 'Beacons of browsers, by what became of them.',
      type: 'counter',
      samples: () =>
        Object.entries(words).map(([outcome, word]) => ({
          value: figures[outcome as Outcome],
          labels: { outcome: word },
        })),
    }),
  }
}
