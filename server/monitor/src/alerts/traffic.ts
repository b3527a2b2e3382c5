import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { countAbove, sumOf } from '../buckets.ts'
import type { RequestMetrics, RouteRecord } from '../request-metrics.ts'
import { sinceStart } from '../tally.ts'
import { type Bounds, place, widthOf } from './counts.ts'

const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** The subject that stands for all requests. */
export const everything = '*'

/** Sums since the start, by route, and of everything under `*`. */
export interface Traffic {
  sums(subject: string): Float64Array
  close(): void
}

const none: Bounds = { requests: [], statements: [] }

/**
 * What went by, for the subjects that have a promise. Requests are counted already, with a bucket at every bound:
 * a promise costs no request anything. Statements are, of everything alone.
 */
export function countTraffic(
  subjects: ReadonlyMap<string, Bounds>,
  requests: Pick<RequestMetrics, 'routes'>,
): Traffic {
  const all = subjects.get(everything) ?? none
  /** As in the sums; the places of requests stay empty. */
  const statements = new Float64Array(widthOf(all))

  const onStatement = (published: unknown): void => {
    const { durationMs } = published as PostgresStatementMessage
    statements[place.statements]! += 1
    statements[place.statementMs]! += durationMs
    const first = place.over + all.requests.length
    for (let index = 0; index < all.statements.length; index++)
      if (durationMs > all.statements[index]!) statements[first + index]! += 1
  }

  subscribe(statementChannel, onStatement)
  return {
    sums(subject) {
      if (subject === everything) {
        const sums = statements.slice()
        for (const record of requests.routes().values()) addRequests(sums, record, all.requests)
        return sums
      }
      const bounds = subjects.get(subject) ?? none
      const sums = new Float64Array(widthOf(bounds))
      const record = requests.routes().get(subject)
      if (record) addRequests(sums, record, bounds.requests)
      return sums
    },
    close: () => void unsubscribe(statementChannel, onStatement),
  }
}

type Counted = Pick<RouteRecord, 'tally' | 'durations'>

function addRequests(sums: Float64Array, { tally, durations }: Counted, bounds: readonly number[]): void {
  const { requests, errors, hits, lookups } = sinceStart(tally)
  sums[place.requests]! += requests
  sums[place.errors]! += errors
  sums[place.hits]! += hits
  sums[place.lookups]! += lookups
  sums[place.sumMs]! += sumOf(durations)
  for (const [index, bound] of bounds.entries()) sums[place.over + index]! += countAbove(durations, bound)
}
