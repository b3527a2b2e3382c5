import type { QueryResult, QueryResultRow } from 'pg'
import type { Functions } from '../schema/functions.ts'
import { isPlainRead } from '../schema/is-plain-read.ts'
import type { StatementReader } from '../tap/statement-reader.ts'
import { isCaughtUp } from './caught-up.ts'
import { choose } from './choose.ts'
import type { Fleet, Replica } from './fleet.ts'
import type { Lsn, Position } from './lsn.ts'
import type { RouterSettings } from './options.ts'
import { currentSession, type QueryRouting, routingHere } from './session.ts'
import { replicaTrouble } from './trouble.ts'
import { positionOf } from './writes.ts'

/** Reads by where they were answered, and of those that might have used a replica, why the primary answered. */
export interface ReadCounts {
  replica: number
  primary: number
  statement: number
  lagging: number
  unavailable: number
  trouble: number
}

export const noReads = (): ReadCounts => ({
  replica: 0,
  primary: 0,
  statement: 0,
  lagging: 0,
  unavailable: 0,
  trouble: 0,
})

export interface ReadContext {
  fleet: Fleet
  settings: RouterSettings
  reader: StatementReader
  functions: Functions
  reads: ReadCounts
  /** Where the primary's log stands now. */
  askPosition: () => Promise<Position>
  /** Runs what is the router's own work in nobody's name. */
  aside: <T>(work: () => T) => T
}

export interface Read {
  sql: string
  params: readonly unknown[]
  routing?: QueryRouting
}

/** The answer of a replica; undefined where the primary has to be asked. */
export async function readElsewhere(context: ReadContext, read: Read): Promise<QueryResult | undefined> {
  const answered = routingHere(read.routing).replica ? await askReplica(context, read) : undefined
  if (!answered) context.reads.primary += 1
  return answered
}

async function askReplica(context: ReadContext, read: Read): Promise<QueryResult | undefined> {
  const { fleet, settings, reader, functions, reads } = context
  if (currentSession()?.pinned || !isPlainRead(reader.read(read.sql), functions)) {
    reads.statement += 1
    return undefined
  }
  const timeline = fleet.timeline()
  // Where nobody could answer, there is nothing to ask for.
  const position = timeline !== null && fleet.isAnyServing() ? await demandedBy(context, read) : null
  if (timeline === null || (position && position.timeline !== timeline)) {
    reads.unavailable += 1
    return undefined
  }
  const oldest = fleet.oldest()
  const required = position && position.lsn > oldest ? position.lsn : oldest
  const choice = choose({ replicas: fleet.replicas, required, ...settings, now: settings.now() })
  if (choice.to === 'replica') return readFrom(context, fleet.replicas[choice.index]!, { ...read, required })
  reads[choice.why] += 1
  return undefined
}

async function demandedBy({ askPosition }: ReadContext, { routing }: Read): Promise<Position | null> {
  if (routingHere(routing).read === 'current') return askPosition()
  const session = currentSession()
  return session ? positionOf(session, askPosition) : null
}

async function readFrom(
  { settings, fleet, reads, aside }: ReadContext,
  replica: Replica,
  { sql, params, required }: Read & { required: Lsn },
): Promise<QueryResult | undefined> {
  replica.inFlight += 1
  try {
    const client = await replica.database.pool.connect()
    try {
      const { maxWaitMs, now } = settings
      if (!(await aside(() => isCaughtUp(client, { required, maxWaitMs, now })))) {
        reads.lagging += 1
        return undefined
      }
      const result = await client.query<QueryResultRow>(sql, params as unknown[])
      reads.replica += 1
      return result
    } finally {
      client.release()
    }
  } catch (error) {
    const trouble = replicaTrouble(error)
    if (trouble === null) throw error
    if (trouble === 'gone') fleet.failed(replica)
    reads.trouble += 1
    return undefined
  } finally {
    replica.inFlight -= 1
  }
}
