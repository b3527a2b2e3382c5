import { createHistogram } from '@hotpath/core'
import { createRandom, type Random } from '@hotpath/load'
import type { MeasuredRun, MeasuredSlice } from '@hotpath/load/capacity'

/** A server that exists in arithmetic alone, so that its true limit can be known. */
export interface SimulatedServer {
  /** Seconds of the event loop that a request of each endpoint takes, on average. */
  demands: readonly number[]
  shares: readonly number[]
  /** Squared coefficient of variation of these times. */
  variation: number
  /** A pool behind it: connections, and seconds that each request holds one. Null where there is none. */
  pool: { size: number; holdSeconds: number } | null
  /** How much the whole machine is faster or slower from run to run, as a standard deviation. */
  drift: number
}

export interface SimulatedRun {
  server: SimulatedServer
  /** Requests per second, arriving as Poisson has it. */
  rate: number
  seconds: number
  random: Random
}

/** A server drawn by chance: one to four endpoints of 0.2 to 5 ms, with or without a pool that is the limit. */
export function drawServer(seed: number): SimulatedServer {
  const random = createRandom(seed, 1)
  const demands = Array.from({ length: 1 + random.integer(4) }, () => 2e-4 * 25 ** random.next())
  const weights = demands.map(() => 0.1 + random.next())
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map((weight) => weight / total)
  const mean = demands.reduce((sum, demand, index) => sum + demand * shares[index]!, 0)
  const size = 1 + random.integer(10)
  // Up to twice as scarce as the loop, or half as scarce.
  const holdSeconds = size * mean * 4 ** (random.next() - 0.5)
  return {
    demands,
    shares,
    variation: 0.2 * 15 ** random.next(),
    pool: random.next() < 0.5 ? { size, holdSeconds } : null,
    drift: 0.02,
  }
}

/** Serves requests one after the other, first at the pool, then at the loop (Lindley's recursion). */
export function simulateRun({ server, rate, seconds, random }: SimulatedRun): MeasuredRun {
  const { demands, pool, variation, drift } = server
  const speed = Math.exp(drift * normal(random))
  const response = createHistogram()
  const slices = Array.from({ length: Math.ceil(seconds) }, () => emptySlice(demands.length))
  const connections = Array.from({ length: pool?.size ?? 0 }, () => 0)
  let loopFree = 0
  for (let now = random.exponential() / rate; now < seconds; now += random.exponential() / rate) {
    const endpoint = drawIndex(server.shares, random.next())
    const slice = slices[Math.floor(now)]!
    slice.counts[endpoint]! += 1
    let ready = now
    if (pool) {
      const held = speed * pool.holdSeconds * service(1, random)
      const first = connections.indexOf(Math.min(...connections))
      ready = Math.max(now, connections[first]!) + held
      connections[first] = ready
      slice.held += held
    }
    const busy = speed * demands[endpoint]! * service(variation, random)
    loopFree = Math.max(ready, loopFree) + busy
    slice.busy += busy
    response.record(1000 * (loopFree - now))
  }
  return {
    rate,
    p50Ms: response.quantile(0.5),
    p95Ms: response.quantile(0.95),
    p99Ms: response.quantile(0.99),
    slices: slices.map((slice) => measuredSlice(slice, pool !== null)),
  }
}

/** The highest rate at which p95 keeps within a bound, from long runs on a machine without drift. */
export function trueKnee(server: SimulatedServer, withinMs: number, seed: number): number {
  const steady = { ...server, drift: 0 }
  let [low, high] = [0, limitOf(server)]
  for (let step = 0; step < 10; step++) {
    const rate = (low + high) / 2
    const seconds = Math.max(10, 40_000 / rate)
    const { p95Ms } = simulateRun({ server: steady, rate, seconds, random: createRandom(seed, step) })
    if (p95Ms! <= withinMs) low = rate
    else high = rate
  }
  return (low + high) / 2
}

/** Requests per second at which something is used up. */
export function limitOf({ demands, shares, pool }: SimulatedServer): number {
  const mean = demands.reduce((sum, demand, index) => sum + demand * shares[index]!, 0)
  return Math.min(1 / mean, pool ? pool.size / pool.holdSeconds : Infinity)
}

interface Slice {
  counts: number[]
  busy: number
  held: number
}

const emptySlice = (endpoints: number): Slice => ({
  counts: Array.from({ length: endpoints }, () => 0),
  busy: 0,
  held: 0,
})

const measuredSlice = ({ counts, busy, held }: Slice, hasPool: boolean): MeasuredSlice => ({
  rates: counts,
  used: { 'event loop': busy, ...(hasPool && { pool: held }) },
})

/** Log-normal with mean 1. */
function service(variation: number, random: Random): number {
  const square = Math.log(1 + variation)
  return Math.exp(Math.sqrt(square) * normal(random) - square / 2)
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(2 * random.exponential()) * Math.cos(2 * Math.PI * random.next())
}

function drawIndex(shares: readonly number[], at: number): number {
  let rest = at
  for (const [index, share] of shares.entries()) {
    rest -= share
    if (rest < 0) return index
  }
  return shares.length - 1
}
