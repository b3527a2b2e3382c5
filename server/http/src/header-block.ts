import type { IncomingHttpHeaders } from 'node:http'
import { bypassReason } from './bypass.ts'
import { hostOf } from './http2.ts'
import { hasKey, keyEnd, type KeyParts } from './key.ts'
import { type RequestFacts, requestFacts } from './request-facts.ts'
import type { RequestHead } from './request-head.ts'

/** The field lines of a request head with all that follows from them and the connection, whatever the target. */
export interface HeaderBlock extends KeyParts {
  readonly headers: IncomingHttpHeaders
  readonly facts: RequestFacts
  /** Why the cache has no part in such requests; undefined where it has. */
  readonly bypass: string | undefined
}

/** Reads the header block of a GET or HEAD. */
export function readBlock(method: 'GET' | 'HEAD', head: RequestHead): HeaderBlock {
  const { headers } = head
  return {
    headers,
    facts: requestFacts(method, headers),
    host: hostOf(headers),
    keyEnd: keyEnd(head),
    hasKey: hasKey(head),
    bypass: bypassReason(head),
  }
}

/**
 * Makes the block that requests of several connections share, of headers that nobody else holds; null where such
 * requests are not answered from memory, or say who asks by what right.
 */
export function sharedBlock(head: RequestHead): HeaderBlock | null {
  const { headers, httpVersionMajor } = head
  if (httpVersionMajor !== 1 || headers.host === undefined) return null
  if (headers.authorization !== undefined || headers.expect !== undefined) return null
  // The one field whose value is a list, which whoever has a copy of the headers could change for all.
  if (headers['set-cookie'] !== undefined) return null
  const block = readBlock('GET', head)
  if (!block.hasKey || block.bypass !== undefined) return null
  Object.freeze(headers)
  return block
}
