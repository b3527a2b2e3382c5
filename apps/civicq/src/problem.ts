import { STATUS_CODES } from 'node:http'
import type { FieldError, ProblemDetails } from './api/shapes.ts'

/** The media type of every error (RFC 9457). */
export const problemType = 'application/problem+json; charset=utf-8'

/** An answer that is not what was asked for; thrown by handlers, sent by the error handler. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly errors: readonly FieldError[]

  constructor(status: number, detail: string, errors: readonly FieldError[] = []) {
    super(detail)
    this.status = status
    this.errors = errors
  }
}

/** 404: there is no such thing, or nobody may see it. */
export const notFound = (what: string): Problem => new Problem(404, `There is no such ${what}.`)

/** 400: one field of the request cannot be used. */
export const invalidField = (field: string, message: string): Problem =>
  new Problem(400, `The field "${field}" ${message}.`, [{ field, message }])

/** The body of a problem. */
export function problemDetails(
  status: number,
  detail: string,
  errors: readonly FieldError[] = [],
): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error'
  return { status, title, detail, ...(errors.length > 0 && { errors: [...errors] }) }
}
