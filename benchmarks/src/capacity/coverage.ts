import { median } from '@hotpath/core'
import { createRandom } from '@hotpath/load'
import { fitCapacity } from '@hotpath/load/capacity'
import { drawServer, type SimulatedServer, simulateRun, trueKnee } from './simulated-queue.ts'

/** How forecasts of servers fared whose true knee is known. */
export interface Coverage {
  servers: number
  /** Forecasts that were refused. */
  refused: number
  /** Share of the others whose interval holds the truth. */
  inside: number
  /** Median of |forecast ÷ truth − 1|, and of the intervals' widths. */
  error: number
  width: number
  /** Whether every request to say something beyond twice the measured rates was refused. */
  refusesFar: boolean
}

/** Shares of the true knee at which a server is measured, ten seconds each. */
const trainedAt = [0.15, 0.25, 0.35, 0.45, 0.52, 0.6]

/** Draws servers, measures each at low rates, forecasts its knee, and looks at the truth. */
export function measureCoverage(servers: number): Coverage {
  const outcomes = Array.from({ length: servers }, (_, index) => forecastOne(index + 1))
  const given = outcomes.flatMap(({ forecast, truth }) =>
    'refused' in forecast ? [] : [{ ...forecast.prediction, truth }],
  )
  return {
    servers,
    refused: servers - given.length,
    inside: given.filter(({ low, high, truth }) => truth >= low && truth <= high).length / given.length,
    error: median(given.map(({ value, truth }) => Math.abs(value / truth - 1))),
    width: median(given.map(({ value, low, high }) => (high - low) / value)),
    refusesFar: outcomes.every(({ far }) => far),
  }
}

function forecastOne(seed: number) {
  const server = drawServer(seed)
  const withinMs = boundFor(server)
  const truth = trueKnee(server, withinMs, seed)
  const random = createRandom(seed, 2)
  const { pool } = server
  const fit = fitCapacity(
    {
      endpoints: server.demands.map((_, index) => `endpoint ${index + 1}`),
      runs: trainedAt.map((share) => simulateRun({ server, rate: share * truth, seconds: 10, random })),
      capacity: { 'event loop': 1, ...(pool && { pool: pool.size }) },
    },
    { quantile: 0.95, withinMs, resamples: 100 },
  )
  return { forecast: fit.knee, truth, far: 'refused' in fit.latencyAt(2.01 * 0.6 * truth) }
}

/** Milliseconds: several times what a request takes when nobody waits, as promises are made. */
function boundFor({ demands, shares, pool }: SimulatedServer): number {
  const mean = demands.reduce((sum, demand, index) => sum + demand * shares[index]!, 0)
  return 1000 * (40 * mean + (pool ? 8 * pool.holdSeconds : 0))
}
