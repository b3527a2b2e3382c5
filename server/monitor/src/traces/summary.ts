import type { TraceSummary } from '@hotpath/core'
import type { KeptTrace } from './store.ts'

/** What a list shows of a trace. */
export function summaryOf(trace: KeptTrace): TraceSummary {
  const { id, at, method, route, status, durationMs, cache, kept } = trace
  const { reasons, sentence, statements, databaseMs, hasBrowser } = trace
  return {
    id,
    at,
    method,
    route,
    status,
    durationMs,
    cache,
    kept,
    reasons,
    sentence,
    statements,
    databaseMs,
    hasBrowser,
  }
}
