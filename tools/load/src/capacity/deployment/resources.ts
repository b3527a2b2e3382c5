import type { Forecast } from '../points.ts'
import { mostDatabaseUse, reservedConnections } from '../plan.ts'
import { databaseCores, type DatabaseWork } from './database-work.ts'
import type { Deployment } from './deployment.ts'

/** One thing that the deployment has so much of. */
export interface ResourceUse {
  name: string
  unit: string
  /** At the peak. */
  used: number
  /** That may be used. */
  there: number
  /** Requests per second at which all of it is used; null where it does not depend on the rate. */
  endsAt: number | null
  fits: boolean
}

export interface LoadFacts {
  deployment: Deployment
  /** Requests per second at the peak. */
  rate: number
  /** Of all instances but the spare ones; null where nothing is said of it. */
  carried: Forecast | null
  /** Most bytes that one process was seen to hold. */
  rssBytes: number
  database: { work: DatabaseWork; replicas: number } | null
}

/** Share of an instance's memory that its processes may hold. */
const mostMemoryUse = 0.8
const gib = 2 ** 30

/** Processes of one instance. */
export const processesOf = ({ instances }: Deployment): number =>
  instances.processes ?? Math.max(1, Math.floor(instances.cores))

/** Every resource at the peak with as many instances as there may be, what ends first at the head. */
export function resourcesOf(facts: LoadFacts): ResourceUse[] {
  const rows = [...instanceRows(facts), ...connectionRows(facts.deployment), ...databaseRows(facts)]
  return rows.toSorted((a, b) => endOf(a) - endOf(b))
}

const endOf = ({ endsAt, fits }: ResourceUse) => endsAt ?? (fits ? Infinity : 0)

function instanceRows({ deployment, rate, carried, rssBytes }: LoadFacts): ResourceUse[] {
  const { load, instances } = deployment
  const wanted = rate * (1 + (load.headroom ?? defaultHeadroom))
  const used = (rssBytes * processesOf(deployment)) / gib
  const memory = {
    name: 'memory of an instance',
    unit: 'GiB',
    used,
    there: mostMemoryUse * instances.memoryGiB,
    endsAt: null,
    fits: used <= mostMemoryUse * instances.memoryGiB,
  }
  if (carried === null) return [memory]
  const row = {
    name: 'instances',
    unit: 'requests/s',
    used: wanted,
    there: carried.low,
    endsAt: carried.value,
  }
  return [{ ...row, fits: wanted <= carried.low }, memory]
}

/** What is kept free beyond the load where a deployment does not say, as a share. */
export const defaultHeadroom = 0.3

function connectionRows(deployment: Deployment): ResourceUse[] {
  const { instances, primary, replicas } = deployment
  const used = instances.most * processesOf(deployment) * instances.poolSize
  const row = (name: string, maxConnections: number): ResourceUse => {
    const there = maxConnections - reservedConnections
    return { name, unit: 'connections', used, there, endsAt: null, fits: used <= there }
  }
  return [
    row('connections to the primary', primary.maxConnections),
    // A process has one pool for each server.
    ...(replicas ? [row('connections to a replica', replicas.maxConnections)] : []),
  ]
}

function databaseRows({ deployment, rate, database }: LoadFacts): ResourceUse[] {
  if (database === null) return []
  const { primary, replicas } = deployment
  const used = databaseCores(database.work, { rate, replicas: database.replicas })
  const row = (name: string, cores: number, of: number): ResourceUse => ({
    name,
    unit: 'cores',
    used: cores,
    there: mostDatabaseUse * of,
    endsAt: cores > 0 ? (rate * of) / cores : Infinity,
    fits: cores <= mostDatabaseUse * of,
  })
  return [
    row('CPU of the primary', used.primary, primary.cores),
    ...(replicas && database.replicas > 0 ? [row('CPU of a replica', used.replica, replicas.cores)] : []),
  ]
}
