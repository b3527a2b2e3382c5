import { type Demand, fitDemands, mixOf } from '../demand.ts'
import type { Measured } from '../measured.ts'
import { mostDatabaseUse } from '../plan.ts'
import type { Deployment } from './deployment.ts'

/** What requests take of the database, in CPU seconds for one request of the measured mix. */
export interface DatabaseWork {
  reads: number
  writes: number
  /** Share of it that replicas may do, 0…1. */
  readShare: number
}

/** Where the share of writes varies less than this from slice to slice, relative to itself, nothing tells them apart. */
const leastVariation = 0.03

/**
 * Reads and writes are fitted as two kinds of request: demands of each endpoint are too many for what a run varies.
 * Where not even these can be told apart, a write counts as a read does. An upper bound. Null where the database's processes were not
 * seen.
 */
export function databaseWork(measured: Measured, readShare?: number): DatabaseWork | null {
  const kinds = readsAndWrites(measured)
  const demand = fitDemands(kinds).find(({ resource }) => resource === 'database CPU')
  if (!demand) return null
  const share = readShare ?? shareOfReads(kinds, demand)
  const mean = usedPerRequest(kinds)
  return { reads: share * mean, writes: (1 - share) * mean, readShare: share }
}

/**
 * All that was used, by all requests: what is used without any counts as theirs, since kernels tell of so little work
 * in steps too coarse to fit.
 */
function usedPerRequest({ runs }: Measured): number {
  const slices = runs.flatMap((run) => run.slices)
  const used = slices.reduce((sum, slice) => sum + (slice.used['database CPU'] ?? 0), 0)
  const requests = slices.reduce((sum, { rates }) => sum + rates.reduce((all, rate) => all + rate, 0), 0)
  return requests === 0 ? 0 : used / requests
}

function shareOfReads(kinds: Measured, { perRequest, mean }: Demand): number {
  const [ofReads = 0] = mixOf(kinds)
  const shares = kinds.runs.flatMap(({ slices }) =>
    slices.map(({ rates: [reads = 0, writes = 0] }) => writes / Math.max(Number.MIN_VALUE, reads + writes)),
  )
  const middle = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const variance = shares.reduce((sum, share) => sum + (share - middle) ** 2, 0) / shares.length
  if (Math.sqrt(variance) < leastVariation * middle || mean === 0) return ofReads
  return (ofReads * perRequest[0]!) / mean
}

function readsAndWrites(measured: Measured): Measured {
  const isReading = measured.endpoints.map(isRead)
  const sumOf = (rates: readonly number[], reading: boolean) =>
    rates.reduce((sum, rate, index) => sum + (isReading[index] === reading ? rate : 0), 0)
  return {
    ...measured,
    endpoints: ['reads', 'writes'],
    runs: measured.runs.map((run) => ({
      ...run,
      slices: run.slices.map(({ rates, used }) => ({
        used,
        rates: [sumOf(rates, true), sumOf(rates, false)],
      })),
    })),
  }
}

const isRead = (endpoint: string) => /^(?:GET|HEAD) /.test(endpoint)

/**
 * Cores that each server of the database uses at a rate. A replica does its part of the reads, and all writes once more:
 * an upper bound, since replaying a change takes less than making it.
 */
export function databaseCores(
  { reads, writes }: DatabaseWork,
  { rate, replicas }: { rate: number; replicas: number },
): { primary: number; replica: number } {
  if (replicas === 0) return { primary: rate * (reads + writes), replica: 0 }
  return { primary: rate * writes, replica: rate * (reads / replicas + writes) }
}

/** The fewest replicas with which every server keeps some of its cores free; null where no number does. */
export function replicasFor(
  work: DatabaseWork,
  rate: number,
  { primary, replicas }: Pick<Deployment, 'primary' | 'replicas'>,
): number | null {
  const [least, most] = replicas ? [replicas.least, replicas.most] : [0, 0]
  for (let count = least; count <= most; count++) {
    const used = databaseCores(work, { rate, replicas: count })
    const holds =
      used.primary <= mostDatabaseUse * primary.cores &&
      (count === 0 || used.replica <= mostDatabaseUse * replicas!.cores)
    if (holds) return count
  }
  return null
}
