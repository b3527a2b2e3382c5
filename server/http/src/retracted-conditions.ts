import type { IncomingMessage } from 'node:http'
import { type Conditions, notModified } from './conditional.ts'
import { replaceHeader } from './compress/incoming.ts'
import { nameKnownForm } from './compress/outgoing-head.ts'
import type { Exchange } from './exchange.ts'
import { joined } from './response-facts.ts'
import { contentHeaders } from './representation.ts'

/** Keeps the conditions from the handler, so that it makes a whole response to store. */
export function retractConditions(exchange: Exchange): void {
  const conditions = conditionsOf(exchange.request)
  if (conditions.ifNoneMatch === undefined && conditions.ifModifiedSince === undefined) return
  exchange.conditions = conditions
  for (const name of ['if-none-match', 'if-modified-since']) replaceHeader(exchange.request, name, undefined)
}

/** The conditions that ask for a 304. */
export function conditionsOf({ headers }: IncomingMessage): Conditions {
  return { ifNoneMatch: headers['if-none-match'], ifModifiedSince: headers['if-modified-since'] }
}

/** Turns a 200 into the 304 that the client asked for. */
export function becomeNotModified(exchange: Exchange, conditions: Conditions): void {
  const { response } = exchange
  if (response.statusCode !== 200) return
  const validators = {
    etag: joined(response.getHeader('etag')),
    lastModified: joined(response.getHeader('last-modified')),
  }
  if (!notModified(conditions, validators)) return
  nameKnownForm(response, conditions.ifNoneMatch)
  response.statusCode = 304
  response.statusMessage = 'Not Modified'
  for (const name of contentHeaders) response.removeHeader(name)
  exchange.swallowsBody = true
  exchange.replacement = null
}
