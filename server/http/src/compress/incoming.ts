import type { IncomingMessage } from 'node:http'
import { withPlainTags } from './entity-tag.ts'

/** Where a request keeps what its handler does not see. */
const kHidden = Symbol('hotpath.http.hidden')

interface Hidden {
  acceptEncoding?: string | undefined
  ifNoneMatch?: string | undefined
}

type WithHidden = IncomingMessage & { [kHidden]?: Hidden }

/** Hides Accept-Encoding from the handler, so that it makes a body that can be kept for everybody. */
export function hideAcceptEncoding(request: IncomingMessage): void {
  const value = request.headers['accept-encoding']
  if (value === undefined) return
  hiddenOf(request).acceptEncoding = value
  replaceHeader(request, 'accept-encoding', undefined)
}

/** What the client said it could decode, hidden or not. */
export function acceptedBy(request: WithHidden): string | undefined {
  return request[kHidden]?.acceptEncoding ?? request.headers['accept-encoding']
}

/** Names to the handler the entity tags that it made itself, beside those of coded forms, which it never saw. */
export function namePlainTags(request: IncomingMessage): void {
  for (const name of ['if-none-match', 'if-match'] as const) {
    const given = request.headers[name]
    if (given === undefined) continue
    if (name === 'if-none-match') hiddenOf(request).ifNoneMatch = given
    const added = withPlainTags(given)
    if (added !== given) replaceHeader(request, name, added)
  }
}

/** If-None-Match as the client sent it. */
export function conditionOf(request: WithHidden): string | undefined {
  return request[kHidden]?.ifNoneMatch
}

function hiddenOf(request: WithHidden): Hidden {
  return (request[kHidden] ??= {})
}

/** Changes a header in all the places where frameworks read it; undefined removes it. */
export function replaceHeader(request: IncomingMessage, name: string, value: string | undefined): void {
  const { headers, rawHeaders } = request
  // HTTP/2 requests have none.
  const distinct = request.headersDistinct as IncomingMessage['headersDistinct'] | undefined
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (rawHeaders[index]!.toLowerCase() === name) rawHeaders.splice(index, 2)
  }
  if (value === undefined) {
    delete headers[name]
    if (distinct) delete distinct[name]
    return
  }
  headers[name] = value
  if (distinct) distinct[name] = [value]
  rawHeaders.push(name, value)
}
