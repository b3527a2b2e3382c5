import { createHistogram, type Histogram } from '@hotpath/core'
import { createRecords } from './records.ts'
import { counters, quantileRanks, type StepFigures } from './step-figures.ts'

/** Steps of one length: the one under way with its whole distribution, those that are over as a few figures. */
export interface Steps {
  /** Of the step under way, to be counted up in place. */
  readonly counts: Float64Array
  readonly times: Histogram
  /** When the step under way began; -1 before the first. */
  beganAt(): number
  /** Goes on to the step of `now`: the same again, or a new one, empty. */
  begin(now: number): void
  /** Adds what another counted at `at`, and has not been added yet. */
  add(at: number, other: Pick<Steps, 'counts' | 'times'>): void
  points(from: number, to: number): StepFigures[]
}

export function createSteps({ stepMs, size }: { stepMs: number; size: number }): Steps {
  const records = createRecords({ size, width: counters + quantileRanks.length })
  const times = createHistogram({ precisionBits: 4 })
  const counts = new Float64Array(counters)
  let number = -1

  function figures(): number[] {
    const quantiles = times.count() === 0 ? [] : quantileRanks.map((rank) => times.quantile(rank))
    return [...counts, ...quantiles]
  }
  function begin(now: number): void {
    const next = Math.floor(now / stepMs)
    if (next === number) return
    if (number !== -1) records.put(number, figures())
    number = next
    counts.fill(0)
    times.reset()
  }
  function stepOf(step: number): StepFigures {
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
    counts,
    times,
    beganAt: () => (number === -1 ? -1 : number * stepMs),
    begin,
    add(at, other) {
      if (at === -1) return
      begin(at)
      for (let place = 0; place < counters; place++) counts[place]! += other.counts[place]!
      times.merge(other.times)
    },
    points(from, to) {
      const first = Math.ceil(from / stepMs)
      const steps = Math.max(0, Math.ceil(to / stepMs) - first)
      return Array.from({ length: steps }, (_, index) => stepOf(first + index))
    },
  }
}
