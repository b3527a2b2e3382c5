import { runLoad, schedule, urlScenario } from '@hotpath/load'
import { startFaultServer } from '@hotpath/load/selftest'
import type { BarResult, SuiteContext } from '../suite.ts'
import { autocannon } from './autocannon.ts'

/** Dense, and so sparse that each arrival is met within microseconds instead of a timer's millisecond. */
const rates = { schedule: 200, gaps: 50 } as const

/** Whether requests reach the server when the schedule says, by the test of Kolmogorov and Smirnov. */
export async function arrivalRows({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  await using server = await startFaultServer({ kind: 'constant', delayMs: 5 })
  const measure = async (rate: number, seconds: number): Promise<Arrivals> => {
    progress(`arrivals at ${rate}/s beside their schedule`)
    const load = { rate, arrivals: 'poisson', seed: 5 } as const
    await runLoad({ scenarios: urlScenario(server.url), duration: `${seconds}s`, ...load })
    const ours = (await server.report()).arrivals
    const behaviour = { kind: 'constant', delayMs: 5 } as const
    await autocannon.run(server.url, { behaviour, model: 'open', level: rate, seconds })
    const theirs = (await server.report()).arrivals
    return { rate, ours, theirs, dues: [...schedule({ ...load, durationMs: seconds * 1000 })] }
  }
  return [
    scheduleRow(await measure(rates.schedule, quick ? 3 : 6)),
    gapsRow(await measure(rates.gaps, quick ? 4 : 8)),
  ]
}

interface Arrivals {
  rate: number
  ours: number[]
  theirs: number[]
  dues: number[]
}

function scheduleRow({ rate, ours, theirs, dues }: Arrivals): BarResult {
  const even = theirs.map((_, index) => (index * 1000) / rate)
  // 5 % level, two samples (Smirnov 1939).
  const critical = 1.358 * Math.sqrt((dues.length + ours.length) / (dues.length * ours.length))
  const distance = greatestDistance(fromFirst(ours), fromFirst(dues))
  return {
    id: 'arrivals-schedule',
    what: `Greatest distance between the distributions of arrivals at the server and of due times, at ${rate}/s (autocannon: of evenly spaced ones)`,
    ours: distance,
    peers: { autocannon: greatestDistance(fromFirst(theirs), even) },
    unit: 'D',
    ratio: distance / critical,
    bar: `≤ ${critical.toFixed(4)} (Kolmogorov–Smirnov, 5 %)`,
    holds: distance <= critical,
  }
}

function gapsRow({ rate, ours, theirs }: Arrivals): BarResult {
  const gaps = gapDistance(ours)
  const critical = 1.358 / Math.sqrt(ours.length - 1)
  return {
    id: 'arrivals-poisson',
    what: `Greatest distance between the gaps of arrivals at the server and the exponential distribution, at ${rate}/s`,
    ours: gaps,
    peers: { autocannon: gapDistance(theirs) },
    unit: 'D',
    ratio: gaps / critical,
    bar: `≤ ${critical.toFixed(4)} (Kolmogorov–Smirnov, 5 %)`,
    holds: gaps <= critical,
  }
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
