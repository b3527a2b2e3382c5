import { postgresErrors } from './errors.ts'
import { currentScope } from './tap/request-scope.ts'

/** What may end a statement before the connection's own statementTimeout. */
export interface StatementLimits {
  /** In milliseconds. @default the connection's */
  timeoutMs?: number
  /** Cancels the statement at the server. @default none */
  signal?: AbortSignal
}

/** The limits of a statement: those that its call names, else those of the request it is sent for. */
export function limitsOf(config: unknown): StatementLimits | undefined {
  const scope = currentScope()
  const own = typeof config === 'object' ? (config as StatementLimits) : undefined
  const timeoutMs = own?.timeoutMs ?? scope?.statementTimeoutMs
  const signal = own?.signal ?? scope?.signal
  if (timeoutMs === undefined && signal === undefined) return undefined
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) }
}

/** Watches the limits of one statement; `stop` is called once, with the error that its caller shall see. */
export function watchLimits(
  { timeoutMs, signal }: StatementLimits,
  stop: (error: Error) => void,
): () => void {
  const aborted = (): void =>
    stop(postgresErrors.HP_STATEMENT_CANCELLED(undefined, { cause: signal?.reason }))
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          const consequence = 'A transaction around it must be rolled back.'
          stop(postgresErrors.HP_STATEMENT_TIMEOUT({ limit: timeoutMs, consequence }))
        }, timeoutMs)
  if (signal?.aborted) aborted()
  else signal?.addEventListener('abort', aborted, { once: true })
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', aborted)
  }
}
