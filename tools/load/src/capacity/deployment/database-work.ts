import { fitDemands, mixOf } from '../demand.ts'
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

/** Null where the database's processes were not seen. */
export function databaseWork(measured: Measured, readShare?: number): DatabaseWork | null {
  const demand = fitDemands(measured).find(({ resource }) => resource === 'database CPU')
  if (!demand) return null
  const mix = mixOf(measured)
  const ofReads = measured.endpoints.reduce(
    (sum, name, index) => sum + (isRead(name) ? mix[index]! * demand.perRequest[index]! : 0),
    0,
  )
  const share = readShare ?? (demand.mean === 0 ? 0 : ofReads / demand.mean)
  return { reads: share * demand.mean, writes: (1 - share) * demand.mean, readShare: share }
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
