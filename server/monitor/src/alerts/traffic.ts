import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { type Bounds, place, widthOf } from './counts.ts'

const requestChannel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** The subject that stands for all requests. */
export const everything = '*'

/** Sums since the start, by route, and of everything under `*`. */
export interface Traffic {
  sums(subject: string): Float64Array
  close(): void
}

/**
 * Counts what goes by, for the subjects that have a promise: typed sums and nothing else, so that the clock and the
 * windows cost nothing to a request.
 */
export function countTraffic(subjects: ReadonlyMap<string, Bounds>): Traffic {
  const all = subjects.get(everything) ?? { requests: [], statements: [] }
  const sums = new Map(Array.from(subjects, ([name, bounds]) => [name, new Float64Array(widthOf(bounds))]))
  const total = sums.get(everything) ?? new Float64Array(widthOf(all))

  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    addRequest(total, message, all.requests)
    const own = sums.get(message.route)
    if (own) addRequest(own, message, subjects.get(message.route)!.requests)
  }
  const onStatement = (published: unknown): void => {
    const { durationMs } = published as PostgresStatementMessage
    total[place.statements]! += 1
    total[place.statementMs]! += durationMs
    const first = place.over + all.requests.length
    for (let index = 0; index < all.statements.length; index++)
      if (durationMs > all.statements[index]!) total[first + index]! += 1
  }

  subscribe(requestChannel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    sums: (subject) => sums.get(subject) ?? total,
    close() {
      unsubscribe(requestChannel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

function addRequest(
  sums: Float64Array,
  { status, cache, durationMs }: HttpRequestMessage,
  bounds: readonly number[],
): void {
  sums[place.requests]! += 1
  if (status >= 500) sums[place.errors]! += 1
  if (cache === 'hit' || cache === 'stale' || cache === 'collapsed') {
    sums[place.hits]! += 1
    sums[place.lookups]! += 1
  } else if (cache === 'miss') sums[place.lookups]! += 1
  sums[place.sumMs]! += durationMs
  for (let index = 0; index < bounds.length; index++)
    if (durationMs > bounds[index]!) sums[place.over + index]! += 1
}
