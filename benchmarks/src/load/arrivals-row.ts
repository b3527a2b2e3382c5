import { runLoad, schedule, urlScenario } from '@hotpath/load'
import { startFaultServer } from '@hotpath/load/selftest'
import type { BarResult, SuiteContext } from '../suite.ts'
import { autocannon } from './autocannon.ts'

const rate = 200

/** Whether requests reach the server when the schedule says, by the test of Kolmogorov and Smirnov. */
export async function arrivalRows({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const seconds = quick ? 3 : 6
  await using server = await startFaultServer({ kind: 'constant', delayMs: 5 })
  progress(`arrivals at ${rate}/s beside their schedule`)
  const load = { rate, arrivals: 'poisson', seed: 5 } as const
  await runLoad({ scenarios: urlScenario(server.url), duration: `${seconds}s`, ...load })
  const { arrivals } = await server.report()
  const dues = [...schedule({ ...load, durationMs: seconds * 1000 })]
  const cell = { behaviour: { kind: 'constant', delayMs: 5 }, model: 'open', level: rate, seconds } as const
  await autocannon.run(server.url, cell)
  const theirs = (await server.report()).arrivals
  const even = theirs.map((_, index) => (index * 1000) / rate)
  // 5 % level; two samples of this size (Smirnov 1939).
  const critical = 1.358 * Math.sqrt((dues.length + arrivals.length) / (dues.length * arrivals.length))
  const distance = greatestDistance(fromFirst(arrivals), fromFirst(dues))
  const gaps = gapDistance(arrivals)
  const criticalGaps = 1.358 / Math.sqrt(arrivals.length - 1)
  return [
    {
      id: 'arrivals-schedule',
      what: 'Greatest distance between the distributions of arrivals at the server and of due times (autocannon: of evenly spaced ones)',
      ours: distance,
      peers: { autocannon: greatestDistance(fromFirst(theirs), even) },
      unit: 'D',
      ratio: distance / critical,
      bar: `≤ ${critical.toFixed(4)} (Kolmogorov–Smirnov, 5 %)`,
      holds: distance <= critical,
    },
    {
      id: 'arrivals-poisson',
      what: 'Greatest distance between the gaps of arrivals at the server and the exponential distribution',
      ours: gaps,
      peers: { autocannon: gapDistance(theirs) },
      unit: 'D',
      ratio: gaps / criticalGaps,
      bar: `≤ ${criticalGaps.toFixed(4)} (Kolmogorov–Smirnov, 5 %)`,
      holds: gaps <= criticalGaps,
    },
  ]
}

const fromFirst = (times: readonly number[]) => times.map((time) => time - times[0]!)

/** Of two ascending samples, the greatest difference of their empirical distributions. */
function greatestDistance(a: readonly number[], b: readonly number[]): number {
  let greatest = 0
  let inB = 0
  for (const [index, value] of a.entries()) {
    while (inB < b.length && b[inB]! <= value) inB += 1
    greatest = Math.max(greatest, Math.abs((index + 1) / a.length - inB / b.length))
  }
  return greatest
}

/** Of the gaps between arrivals, in units of their mean, from the exponential distribution. */
function gapDistance(arrivals: readonly number[]): number {
  const gaps = arrivals.slice(1).map((time, index) => time - arrivals[index]!)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const ascending = gaps.sort((a, b) => a - b)
  return ascending.reduce((greatest, gap, index) => {
    const expected = 1 - Math.exp(-gap / mean)
    const below = Math.abs(index / gaps.length - expected)
    return Math.max(greatest, below, Math.abs((index + 1) / gaps.length - expected))
  }, 0)
}
