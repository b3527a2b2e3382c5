import { normalUpperQuantile } from '@hotpath/core'
import { type CompareOptions, compareSides } from './compare.ts'
import { deviation, type SamplePair } from './judge-pairs.ts'
import { comparedMetrics, worsening } from './metrics.ts'
import type { Verdict } from './verdict.ts'

export interface CalibrateOptions extends Omit<CompareOptions, 'onProgress'> {
  /** How many comparisons. */
  times: number
  onProgress?: (step: { times: number; done: number; pairs: number; invalid: string | null }) => void
}

/** How loud one metric is on this machine. */
export interface NoiseFloor {
  name: string
  title: string
  /** Standard deviation of ln(B ÷ A) over all pairs: what one pair of equal sides differs by. */
  spread: number
  /** The least share by which B must differ to be found in four of five comparisons of the most pairs. */
  detectable: number
}

export interface Calibration {
  /** Comparisons that ended with a verdict. */
  times: number
  verdicts: Partial<Record<Verdict | 'INVALID', number>>
  /** Comparisons of equal sides that called one of them worse. */
  falseAlarms: number
  noise: NoiseFloor[]
}

/**
 * Compares a thing with itself, again and again: what is found is the noise of this machine, and how often the
 * comparison is fooled by it.
 * @throws HP_LOAD_OPTION
 */
export async function calibrate({ times, onProgress, ...options }: CalibrateOptions): Promise<Calibration> {
  const verdicts: Calibration['verdicts'] = {}
  const samples: SamplePair[] = []
  const seed = options.seed ?? 1
  let done = 0
  for (; done < times && options.signal?.aborted !== true; done++) {
    const comparison = await compareSides({
      ...options,
      // Far apart, so that no two comparisons share the choices of a pair.
      seed: seed + done * 1000,
      onProgress: ({ pairs, invalid }) => onProgress?.({ times, done, pairs, invalid }),
    })
    samples.push(...comparison.samples)
    verdicts[comparison.verdict] = (verdicts[comparison.verdict] ?? 0) + 1
  }
  return {
    times: done,
    verdicts,
    falseAlarms: verdicts.REGRESSED ?? 0,
    noise: noiseOf(samples, options.pairs?.most ?? 20),
  }
}

function noiseOf(samples: readonly SamplePair[], pairs: number): NoiseFloor[] {
  const deviations = normalUpperQuantile(0.025) + normalUpperQuantile(0.2)
  return comparedMetrics.flatMap((metric) => {
    const differences = samples.flatMap(({ a, b }) => worsening(metric, a, b) ?? [])
    if (differences.length < 2) return []
    const spread = deviation(differences)
    const detectable = Math.expm1((deviations * spread * Math.sqrt(Math.PI / 3)) / Math.sqrt(pairs))
    return [{ name: metric.name, title: metric.title, spread, detectable }]
  })
}
