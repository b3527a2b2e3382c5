import { AsyncLocalStorage } from 'node:async_hooks'
import type { Repeat } from './repeats.ts'

/** On whose behalf statements are sent. */
export interface ScopeFacts {
  /** The route as it was declared (`GET /api/ballots/:id`), or the name of a job. */
  route: string
  /** How long one statement may run, in milliseconds. @default what the connection has */
  statementTimeoutMs?: number
  /** Cancels the statements that are under way or come later. @default none */
  signal?: AbortSignal
}

/** A request, or a job, as the tap follows it. */
export interface RequestScope extends ScopeFacts {
  /** The statements of this request so far, by shape. */
  readonly repeats: Map<object, Repeat>
}

const scopes = new AsyncLocalStorage<RequestScope>()

/** Runs one request's work: its statements are charged to its route, and repetitions among them are noticed. */
export function runInScope<T>(facts: ScopeFacts, work: () => T): T {
  return scopes.run({ ...facts, repeats: new Map() }, work)
}

/** Runs the part of a request's work that others wait for, too: its end does not cancel the statements. */
export function runForOthers<T>(work: () => T): T {
  const scope = scopes.getStore()
  if (scope?.signal === undefined) return work()
  const { signal: _, ...rest } = scope
  return scopes.run(rest, work)
}

/** The request that the caller works for; undefined outside of any. */
export function currentScope(): RequestScope | undefined {
  return scopes.getStore()
}
