import { HotpathError } from '@hotpath/core'
import { DatabaseError } from 'pg'
import { postgresErrors } from './errors.ts'

/** What is known about a statement that failed. */
export interface FailedStatement {
  error: Error
  elapsedMs: number
  statementTimeoutMs: number
  /** What ended the connection, if it has ended. */
  lost: Error | undefined
}

const queryCanceled = '57014'

/**
 * The error that a statement's caller sees: SQL errors as they are, a lost connection and an overrun deadline by
 * name. A cancellation that came earlier than the deadline was somebody's wish and keeps its SQLSTATE.
 */
export function explainStatementError({
  error,
  elapsedMs,
  statementTimeoutMs,
  lost,
}: FailedStatement): Error {
  if (error instanceof HotpathError) return error
  if (error instanceof DatabaseError) {
    if (error.code !== queryCanceled || elapsedMs < statementTimeoutMs) return error
    const consequence = 'The server cancelled it; a transaction around it must be rolled back.'
    return postgresErrors.HP_STATEMENT_TIMEOUT({ limit: statementTimeoutMs, consequence }, { cause: error })
  }
  if (!lost) return error
  if (lost instanceof HotpathError && lost.code === 'HP_DATABASE_CLOSED')
    return postgresErrors.HP_DATABASE_CLOSED()
  return postgresErrors.HP_CONNECTION_LOST({ problem: sentencePart(lost) }, { cause: lost })
}

function sentencePart(error: Error): string {
  const text = error instanceof HotpathError ? error.what : error.message || error.name
  return text.replace(/\.$/, '')
}
