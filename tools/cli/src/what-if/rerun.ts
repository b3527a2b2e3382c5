import { type Duration, type Interval, pairedRatio } from '@hotpath/core'
import { observeRun, runLoad, type Scenario, untilValid, usualTries } from '@hotpath/load'

/** Two runs close to each other in time, one with the change. */
export interface RerunOptions {
  origins: { before: string; after: string }
  scenario: Scenario
  rate: number
  duration: Duration
  warmup: Duration
  /** Each of two runs, in an order that turns round. */
  pairs: number
  seed: number
  onStep: (done: number, total: number) => void
}

/** What became of p95. */
export interface Rerun {
  p95Ms: { before: number[]; after: number[] }
  /** After ÷ before, with its interval; with few pairs its bounds are infinite. */
  ratio: Interval
  /** `confirmed`: p95 fell, with 95 % confidence. `refuted`: it did not fall by a twentieth. */
  verdict: 'confirmed' | 'refuted' | 'inconclusive'
  /** What the server of the runs without the change told of their p95. */
  evidence: string | null
}

/** A ratio above this is no gain that matters. */
const practical = 0.95

/** Drives both in turn (before, after, after, before …), so that a drift of the machine hits both alike. */
export async function rerun(options: RerunOptions): Promise<Rerun | { invalid: string }> {
  const { pairs, onStep, origins } = options
  const p95Ms = { before: [] as number[], after: [] as number[] }
  let evidence: string | null = null
  let done = 0
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)
    for (const side of order) {
      const result = await untilValid(() =>
        observeRun(() => drive(options, origins[side], pair), { origin: origins[side] }),
      )
      if (result.verdict !== 'VALID' || result.responseMs.p95 === null) {
        return { invalid: `${usualTries} runs in a row are ${result.verdict}: ${result.reasons.join(' ')}` }
      }
      p95Ms[side].push(result.responseMs.p95)
      if (side === 'before') evidence = result.server.attribution?.sentence ?? evidence
      onStep(++done, 2 * pairs)
    }
  }
  const ratio = pairedRatio(p95Ms.before.map((before, index) => ({ before, after: p95Ms.after[index]! })))
  return { p95Ms, ratio, verdict: verdictOf(ratio), evidence }
}

/** `practical` is what a gain must reach to matter. */
export function verdictOf({ estimate, low, high }: Interval): Rerun['verdict'] {
  if (high < 1 && estimate <= practical) return 'confirmed'
  return low > practical ? 'refuted' : 'inconclusive'
}

function drive({ scenario, rate, duration, warmup, seed }: RerunOptions, origin: string, pair: number) {
  return runLoad({
    scenarios: scenario,
    origin,
    rate,
    duration,
    warmup,
    arrivals: 'poisson',
    seed: seed + pair,
  })
}
