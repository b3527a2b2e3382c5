import type { FastifyRequest } from 'fastify'
import type { Role } from './api/shapes.ts'
import { Problem } from './problem.ts'
import type { Identity, Tokens } from './token.ts'

/**
 * Who asks, by the bearer token of the request (RFC 6750). Called before the body is read: strangers send none.
 * @throws Problem 401 without a valid token, 403 for another role than `role`
 */
export function identify(
  request: FastifyRequest,
  { tokens, clock, role }: { tokens: Tokens; clock: () => number; role?: Role },
): Identity {
  const token = /^Bearer +([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined)
    throw new Problem(401, 'Sign in first: this needs the header Authorization: Bearer …')
  const identity = tokens.read(token, clock())
  if (!identity) throw new Problem(401, 'This token is not valid, or not any more. Sign in again.')
  if (role !== undefined && identity.role !== role) {
    throw new Problem(403, `This is for the role "${role}"; you are signed in as "${identity.role}".`)
  }
  return identity
}
