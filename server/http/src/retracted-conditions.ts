import { type Conditions, notModified } from './conditional.ts'
import type { Exchange } from './exchange.ts'
import { joined } from './response-head.ts'
import { contentHeaders } from './representation.ts'

/** Keeps the conditions from the handler, so that it makes a whole response to store. */
export function retractConditions(exchange: Exchange): void {
  const { headers, rawHeaders } = exchange.request
  const ifNoneMatch = headers['if-none-match']
  const ifModifiedSince = headers['if-modified-since']
  if (ifNoneMatch === undefined && ifModifiedSince === undefined) return
  exchange.conditions = { ifNoneMatch, ifModifiedSince }
  delete headers['if-none-match']
  delete headers['if-modified-since']
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (/^if-(?:none-match|modified-since)$/i.test(rawHeaders[index]!)) rawHeaders.splice(index, 2)
  }
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
  response.statusCode = 304
  response.statusMessage = 'Not Modified'
  for (const name of contentHeaders) response.removeHeader(name)
  exchange.swallowsBody = true
}
