import { HotpathError } from '@hotpath/app'
import type { FastifyReply } from 'fastify'
import { notFound, Problem, problemDetails, problemType } from './problem.ts'

/** Told of every error that is our own fault, with the request that met it. */
export type ErrorLog = (error: unknown, request: { method: string; url: string }) => void

interface Refusal {
  status: number
  detail: string
  errors?: Problem['errors']
}

/** Turns whatever a request met into a problem answer (RFC 9457); nothing of an unforeseen error is told outside. */
export function sendError(reply: FastifyReply, error: unknown, log: ErrorLog): FastifyReply {
  const { status, detail, errors = [] } = refusal(error)
  if (status >= 500) log(error, reply.request)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="civicq"')
  if (status === 503) reply.header('retry-after', '1')
  return reply
    .code(status)
    .header('content-type', problemType)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemDetails(status, detail, errors)))
}

function refusal(error: unknown): Refusal {
  if (error instanceof Problem) return { status: error.status, detail: error.message, errors: error.errors }
  if (error instanceof HotpathError && /^HP_(DATABASE|CONNECTION|POOL|STATEMENT)_/.test(error.code)) {
    return { status: 503, detail: 'The database does not answer just now. Try again.' }
  }
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message: string }
  if (code === foreignKeyViolation) return { status: 401, detail: 'This account is gone. Sign in again.' }
  // What the file server will not look for: odd paths, folders, names too long.
  if (statusCode === 403) return { status: 404, detail: notFound('address').message }
  // What Fastify found wrong before a handler ran: the body's type, size or syntax, the path's encoding.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, detail: message }
  return { status: 500, detail: 'Something went wrong on our side.' }
}

/** Only the user of a token can be missing: everything else that a write refers to was read just before. */
const foreignKeyViolation = '23503'
