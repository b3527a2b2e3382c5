import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Role } from './api/shapes.ts'
import { Problem } from './problem.ts'
import type { Identity, Tokens } from './token.ts'

/** What a guard needs to know who asks. */
export interface GuardOptions {
  tokens: Tokens
  clock: () => number
  /** Who alone may pass. @default whoever signed in */
  role?: Role
}

/** Where the guard leaves what it found out; the server declares it on every request. */
export const identityKey = 'identity'

/**
 * Options of a route that lets in those who signed in, by the bearer token of the request (RFC 6750). It stands before
 * the body is read: from strangers none is taken. Answers 401 without a valid token, 403 for another role.
 */
export function guard(options: GuardOptions): { onRequest: onRequestAsyncHookHandler } {
  return {
    onRequest: async (request) => request.setDecorator(identityKey, identify(request, options)),
  }
}

/** Who asks, on a route that is guarded. */
export const identityOf = (request: FastifyRequest): Identity => request.getDecorator<Identity>(identityKey)

function identify(request: FastifyRequest, { tokens, clock, role }: GuardOptions): Identity {
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
