import { sequentialLevels } from '@hotpath/core'
import { errors } from '../errors.ts'
import { adviceOn } from './advice.ts'
import { createRandom } from '../random/random.ts'
import { judgePairs, type SamplePair } from './judge-pairs.ts'
import type { Sample } from './metrics.ts'
import { type MetricVerdict, overall, type Verdict } from './verdict.ts'

export type SideName = 'a' | 'b'

/** One run. */
export interface Measured {
  sample: Sample
  /** Why the run says nothing, where it does. */
  invalid: string | null
}

export interface CompareOptions {
  /** Runs one side once. Both runs of a pair get the same seed, hence the same schedule and the same choices. */
  measure(side: SideName, seed: number): Promise<Measured>
  /** Fewest and most pairs; looks are taken at the fewest, half way and at the most. @default { least: 10, most: 20 } */
  pairs?: { least: number; most: number }
  /** The share from which on a difference matters. @default 0.05 */
  margin?: number
  /** Chance of a false alarm over all looks and all gating metrics. @default 0.05 */
  alpha?: number
  /** Of the order of the first pair and of the runs. @default 1 */
  seed?: number
  /** Called after each pair, and after each run that was INVALID. */
  onProgress?: (step: { pairs: number; most: number; invalid: string | null }) => void
  /** Stops before the next run; what was measured is judged as it stands. */
  signal?: AbortSignal
}

export interface Comparison {
  /** INVALID: a side could not be measured. */
  verdict: Verdict | 'INVALID'
  metrics: MetricVerdict[]
  pairs: number
  /** What was measured, pair by pair; empty for stored runs. */
  samples: SamplePair[]
  /** What limits the meaning of the figures, in sentences. */
  notes: string[]
}

const defaults = { pairs: { least: 10, most: 20 }, margin: 0.05, alpha: 0.05, seed: 1 } as const
/** Of runs, in one comparison. */
const mostPairs = 500
/** How often a run that was INVALID is repeated before the comparison is given up. */
const tries = 8

/**
 * Compares two sides by pairs of runs, A B B A A B …, beginning with either by chance, so that a machine that drifts
 * slows both alike. Runs are the unit: the requests of one run share its luck. After each look it stops when the
 * verdict is there. Every look has its share of `alpha` by O'Brien and Fleming.
 * @throws HP_LOAD_OPTION
 */
export async function compareSides(options: CompareOptions): Promise<Comparison> {
  const { pairs: count, margin, alpha, seed, measure, onProgress, signal } = { ...defaults, ...options }
  const looks = looksBetween(count)
  const levels = sequentialLevels(
    looks.map((look) => look / count.most),
    alpha,
  )
  checkMargin(margin)
  const bFirst = createRandom(seed).next() < 0.5
  const samples: SamplePair[] = []
  const report = (invalid: string | null) =>
    onProgress?.({ pairs: samples.length, most: count.most, invalid })
  for (let look = 0; ; look++) {
    let broken: string | null = null
    while (samples.length < looks[look]! && broken === null) {
      const reversed = (samples.length % 2 === 1) !== bFirst
      const outcome = await measurePair({ measure, reversed, seed: seed + samples.length, report, signal })
      if (outcome === 'stopped') {
        broken = `It was stopped after ${samples.length} of at least ${looks[look]} pairs.`
      } else if ('problem' in outcome) broken = outcome.problem
      else {
        samples.push(outcome)
        report(null)
      }
    }
    const metrics = judgePairs(samples, { margin, level: levels[look]! })
    const verdict = overall(metrics)
    const conclude = (said: Comparison['verdict'], notes: string[]): Comparison => ({
      verdict: said,
      metrics,
      pairs: samples.length,
      samples,
      notes,
    })
    if (broken !== null) return conclude(signal?.aborted ? 'INCONCLUSIVE' : 'INVALID', [broken])
    if (verdict !== 'INCONCLUSIVE') return conclude(verdict, [])
    if (look === looks.length - 1)
      return conclude(verdict, adviceAfter(metrics, { margin, count: samples.length }))
  }
}

interface PairOptions {
  measure: CompareOptions['measure']
  reversed: boolean
  seed: number
  report(invalid: string): void
  signal: AbortSignal | undefined
}

/** Both runs of a pair, or why one of them could not be had. */
async function measurePair(options: PairOptions): Promise<SamplePair | { problem: string } | 'stopped'> {
  const { measure, reversed, seed, report, signal } = options
  const pair: Partial<SamplePair> = {}
  for (const side of reversed ? (['b', 'a'] as const) : (['a', 'b'] as const)) {
    for (let attempt = 1; pair[side] === undefined; attempt++) {
      if (signal?.aborted) return 'stopped'
      const { sample, invalid } = await measure(side, seed)
      if (invalid === null) {
        pair[side] = sample
        break
      }
      if (signal?.aborted) return 'stopped'
      report(invalid)
      if (attempt === tries) {
        return {
          problem: `${tries} runs of side ${side.toUpperCase()} were INVALID: ${invalid} ${afterInvalid}`,
        }
      }
    }
  }
  return pair as SamplePair
}

const afterInvalid =
  'Runs that prove nothing are not compared: give a lower --rate, and end what else uses this machine.'

/** Only the metrics that decide are worth more pairs. */
function adviceAfter(
  metrics: readonly MetricVerdict[],
  { margin, count }: { margin: number; count: number },
): string[] {
  return adviceOn(
    metrics.filter(({ gating }) => gating),
    {
      margin,
      repeated: `${count} ${count === 1 ? 'pair' : 'pairs'} of runs`,
      most: mostPairs,
      again: (needed) => `compare again with --pairs ${Math.ceil(needed / 2)}..${needed}`,
    },
  )
}

function looksBetween({ least, most }: { least: number; most: number }): number[] {
  const fits =
    Number.isInteger(least) && Number.isInteger(most) && least >= 1 && least <= most && most <= mostPairs
  if (!fits) {
    throw errors.HP_LOAD_OPTION({
      option: 'pairs',
      given: `${least}..${most}`,
      allowed: `one or two whole numbers in 1…${mostPairs}, the smaller one first`,
    })
  }
  return [...new Set([least, Math.round((least + most) / 2), most])]
}

/** @throws HP_LOAD_OPTION */
export function checkMargin(margin: number): void {
  if (margin > 0 && margin < 1) return
  throw errors.HP_LOAD_OPTION({ option: 'margin', given: margin, allowed: 'a share between 0 and 1' })
}
