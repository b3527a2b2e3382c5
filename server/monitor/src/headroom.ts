import {
  bootstrapInterval,
  type CapacityResource,
  type Headroom,
  type ResourceUse,
  type ServerSample,
  type ServerSamples,
} from '@hotpath/core'

/** Below these a figure would be chance. */
const leastSlices = 20
const leastRequests = 100
/** What is said to be in use now is that of so many slices. */
const recent = 60
/** A load is believed to have been held when it was held for so many slices. */
const held = 5
/** Beyond so many times the load that was seen nothing is said. */
const reach = 2
/** Loads that differ by less than this (as deviation ÷ mean) do not tell what is in use without them. */
const leastSpread = 0.15
const draws = { resamples: 200, confidence: 0.9 } as const

/** One slice, of one resource. */
interface Use {
  rate: number
  used: number
}

/**
 * How far one process can go, from its slices: what is in use of each resource grows with the requests (utilisation
 * law, U = X · D; Lazowska et al., "Quantitative System Performance", 1984, chapter 3), so the one that is used up first
 * bounds them. Refuses to say more than twice the load that was seen, and what that load contradicts. `random` is for the interval.
 */
export function headroomOf(
  given: Omit<ServerSamples, 'worker' | 'now'>,
  random: () => number = Math.random,
): Headroom {
  const slices = given.samples.filter(({ ms }) => ms > 0)
  const resources = resourcesOf({ ...given, samples: slices })
  const uses = resources.map(({ use }) => use).sort((a, b) => b.utilisation - a.utilisation)
  const highestRate = highestHeld(slices)
  return {
    rate: meanOf(slices.slice(-recent).map(rateOf)),
    highestRate,
    slices: slices.length,
    coveredMs: slices.reduce((sum, { ms }) => sum + ms, 0),
    resources: uses,
    saturation: saturationOf(slices, { resources, highestRate, random }),
  }
}

interface Resource {
  use: ResourceUse
  seen: Use[]
}

const rateOf = ({ requests, ms }: ServerSample) => (1000 * requests) / ms
const meanOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

function resourcesOf(given: Omit<ServerSamples, 'worker' | 'now'>): Resource[] {
  const { cores, machineCores, poolSize, samples } = given
  const perSecond = (pick: (slice: ServerSample) => number | null) =>
    samples.flatMap((slice): Use[] => {
      const value = pick(slice)
      return value === null ? [] : [{ rate: rateOf(slice), used: value / (slice.ms / 1000) }]
    })
  const all: [CapacityResource, number, Use[]][] = [
    ['event loop', 1, perSecond(({ eventLoopUtilisation, ms }) => (eventLoopUtilisation * ms) / 1000)],
    ['process CPU', cores, perSecond(({ cpuSeconds }) => cpuSeconds)],
    ['machine CPU', machineCores, perSecond(({ hostCpuSeconds }) => hostCpuSeconds)],
    ['database pool', poolSize ?? 0, perSecond(({ poolHeldMs }) => poolHeldMs / 1000)],
  ]
  return all
    .filter(([, capacity, seen]) => capacity > 0 && seen.length > 0)
    .map(([resource, capacity, seen]) => {
      const utilisation = meanOf(seen.slice(-recent).map(({ used }) => used)) / capacity
      return { use: { resource, capacity, utilisation, ...fit(seen) }, seen }
    })
}

/** What is in use without requests, and what each takes of it, by least squares; neither is below nothing. */
function fit(seen: readonly Use[]): Pick<ResourceUse, 'base' | 'perRequest'> {
  const [rate, used] = [meanOf(seen.map((one) => one.rate)), meanOf(seen.map((one) => one.used))]
  if (rate === 0) return { base: used, perRequest: 0 }
  const squares = meanOf(seen.map((one) => (one.rate - rate) ** 2))
  const slope = meanOf(seen.map((one) => (one.rate - rate) * (one.used - used))) / (squares || 1)
  const base = used - slope * rate
  // Where loads hardly differ, or nothing would be in use without them, requests are held for all of it.
  if (Math.sqrt(squares) < leastSpread * rate || base < 0) return { base: 0, perRequest: used / rate }
  return slope > 0 ? { base, perRequest: slope } : { base: used, perRequest: 0 }
}

/** Requests per second at which it is used up. */
function lastsUntil({ base, perRequest }: ReturnType<typeof fit>, capacity: number): number {
  return perRequest > 0 ? Math.max(0, capacity - base) / perRequest : Infinity
}

function highestHeld(slices: readonly ServerSample[]): number {
  const rates = slices.map(rateOf)
  if (rates.length < held) return meanOf(rates)
  return Math.max(...rates.slice(held - 1).map((_, index) => meanOf(rates.slice(index, index + held))))
}

interface Saturating {
  resources: readonly Resource[]
  highestRate: number
  random: () => number
}

function saturationOf(
  slices: readonly ServerSample[],
  { resources, highestRate, random }: Saturating,
): Headroom['saturation'] {
  const requests = slices.reduce((sum, slice) => sum + slice.requests, 0)
  if (slices.length < leastSlices || requests < leastRequests) {
    return {
      refused: `${requests} requests in ${slices.length} s are too few: it takes ${leastRequests} in ${leastSlices} s.`,
    }
  }
  const [first] = resources.toSorted(
    (a, b) => lastsUntil(a.use, a.use.capacity) - lastsUntil(b.use, b.use.capacity),
  )
  const { resource, capacity } = first!.use
  const value = lastsUntil(first!.use, capacity)
  if (value > reach * highestRate) {
    return {
      refused:
        `At ${figure(highestRate)} requests/s, the most that was held here, nothing was near its end. What is used up ` +
        `first lies beyond twice that load, where any figure would be a guess: a load run shows it.`,
    }
  }
  if (value < highestRate) {
    return {
      refused:
        `${figure(highestRate)} requests/s were held, more than what was seen allows: the mix of requests, or what else ` +
        `the machine does, changed meanwhile. A load run of a few minutes tells.`,
    }
  }
  const { low, high } = bootstrapInterval(
    first!.seen.map((_, index) => index),
    (drawn) => lastsUntil(fit(drawn.map((index) => first!.seen[index]!)), capacity),
    { random, ...draws },
  )
  return { resource, value, low, high: Number.isFinite(high) ? high : reach * highestRate }
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
