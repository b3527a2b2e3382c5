import type { IncomingMessage, ServerResponse } from 'node:http'
import { joined } from '../response-facts.ts'
import { type Acceptance, createAcceptanceReader, identityOnly, refusesTransform } from './accept-encoding.ts'
import { aboutIdentity, varyingByCoding } from './coded-head.ts'
import type { Coding, Effort } from './codings.ts'
import { isCompressible, leastBytes } from './compressible.ts'
import { codedEntityTag, knownForm } from './entity-tag.ts'
import { acceptedBy, conditionOf } from './incoming.ts'

/** How a response leaves, once its head is known. */
export interface Plan {
  /** Whether it would have another form for another client. */
  readonly varies: boolean
  /** The coding to send it in; null: as it is. */
  readonly coding: Coding | null
}

export interface PlanGiven {
  readonly effort: Effort
  /** The length of the body, in bytes, where all of it is known. */
  readonly length: number | null
  /** Whether there is room for compressing it now. */
  readonly hasRoom: boolean
}

const asItIs: Plan = { varies: false, coding: null }
const read = { passing: createAcceptanceReader('passing'), kept: createAcceptanceReader('kept') }

/** Decides by the head of a response, which is about to be sent, and by what its client takes. */
export function planOf(request: IncomingMessage, response: ServerResponse, given: PlanGiven): Plan {
  const header = (name: string) => joined(response.getHeader(name))
  const length = given.length ?? lengthOf(header('content-length'))
  if (length !== null && length < leastBytes) return asItIs
  if (!isCompressible(response.statusCode, header)) return asItIs
  const accepted: Acceptance = refusesTransform(request.headers)
    ? identityOnly
    : read[given.effort](acceptedBy(request))
  const [best] = accepted
  if (best === undefined || best === 'identity') return { varies: true, coding: null }
  if (!given.hasRoom && accepted.includes('identity')) return { varies: true, coding: null }
  return { varies: true, coding: best }
}

function lengthOf(announced: string | undefined): number | null {
  return announced !== undefined && /^\d+$/.test(announced) ? Number(announced) : null
}

/** Writes a plan into the head. */
export function applyPlan(response: ServerResponse, { varies, coding }: Plan): void {
  if (varies) response.setHeader('Vary', varyingByCoding(joined(response.getHeader('vary'))))
  if (coding === null) return
  for (const name of aboutIdentity) response.removeHeader(name)
  response.setHeader('Content-Encoding', coding)
  const etag = joined(response.getHeader('etag'))
  if (etag !== undefined) response.setHeader('ETag', codedEntityTag(etag, coding))
}

/** Lets a 304 name the form that the client has (RFC 9110 §15.4.5), where the handler knows only its own. */
export function nameKnownForm(response: ServerResponse, ifNoneMatch: string | undefined): void {
  const etag = joined(response.getHeader('etag'))
  if (etag === undefined || ifNoneMatch === undefined) return
  const known = knownForm(ifNoneMatch, etag)
  if (known === undefined || known === etag) return
  response.setHeader('ETag', known)
  response.setHeader('Vary', varyingByCoding(joined(response.getHeader('vary'))))
}

/** The same for a response whose request the layer has rewritten. */
export function nameFormOf(request: IncomingMessage, response: ServerResponse): void {
  nameKnownForm(response, conditionOf(request))
}
