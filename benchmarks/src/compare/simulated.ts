import { type Comparison, compareSides, type SideName } from '@hotpath/load/compare'
import { createDraws } from './normal.ts'

const usual = { statementsPerRequest: 2, cpuMsPerRequest: 1, bytesPerRequest: 1000, errors: 0 }
const times = { p50: 10, p95: 20, p99: 40, mean: 12 }
/** Standard deviation of the logarithm of a run's figure. */
const noise = 0.03
/** What a gate that looks at one run of each calls worse. */
const gate = 1.05

/** What came of comparing simulated sides again and again. */
export interface Simulated {
  /** Shares of all comparisons. */
  regressed: number
  improved: number
  /** Of a gate that holds one run against another. */
  regressedByOneRun: number
  pairs: number
}

/**
 * Compares two sides whose runs have independent log-normal noise in each time and in CPU, and whose p95 on side B is
 * `change` times that of A.
 */
export async function simulate(comparisons: number, change: number): Promise<Simulated> {
  const verdicts: Comparison['verdict'][] = []
  let byOneRun = 0
  let pairs = 0
  for (let seed = 0; seed < comparisons; seed++) {
    const { normal } = createDraws(seed)
    const noisy = (value: number) => value * Math.exp(noise * normal())
    const p95 = (side: SideName) => noisy(times.p95 * (side === 'b' ? change : 1))
    const measure = async (side: SideName) => ({
      invalid: null,
      sample: {
        ...usual,
        cpuMsPerRequest: noisy(usual.cpuMsPerRequest),
        p50: noisy(times.p50),
        p95: p95(side),
        p99: noisy(times.p99),
        mean: noisy(times.mean),
      },
    })
    const compared = await compareSides({ measure, seed })
    verdicts.push(compared.verdict)
    pairs += compared.pairs
    if (p95('b') / p95('a') > gate) byOneRun += 1
  }
  const share = (wanted: Comparison['verdict']) =>
    verdicts.filter((verdict) => verdict === wanted).length / comparisons
  return {
    regressed: share('REGRESSED'),
    improved: share('IMPROVED'),
    regressedByOneRun: byOneRun / comparisons,
    pairs: pairs / comparisons,
  }
}
