import type { CacheLoadMessage, CacheReadMessage } from '@hotpath/cache/channels'
import type { PostgresStatementMessage } from '@hotpath/postgres/channels'

/** Something that was published within a request, and when (performance.now()). */
export type Heard =
  | { readonly kind: 'read'; readonly at: number; readonly message: CacheReadMessage }
  | { readonly kind: 'load'; readonly at: number; readonly message: CacheLoadMessage }
  | { readonly kind: 'statement'; readonly at: number; readonly message: PostgresStatementMessage }

/** One request that reached its handler, while it runs. Whatever its handler began may hold on to it, so it is small. */
export interface Recorder {
  /** performance.now() at the request's head, and when the handler was called. */
  startedAt: number
  handlerAt: number
  /** How late the event loop was in total, when it began. */
  lagMs: number
  /** As it was when the handler was called; whatever stands before that may give it another. */
  traceparent: string | string[] | undefined
  heard: Heard[]
  /** What was heard beyond the bound. */
  more: number
  isOver: boolean
}

/** Most events that are kept of one request; a loop over a table must not become a loop over the memory. */
const mostHeard = 200

/** Keeps one event, unless the request is over: what goes on behind its answer is not its time. */
export function hear(recorder: Recorder, heard: Heard): void {
  if (recorder.isOver) return
  if (recorder.heard.length < mostHeard) recorder.heard.push(heard)
  else recorder.more += 1
}
