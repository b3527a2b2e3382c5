import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { tapBody } from './body-tap.ts'

/** What a repeat must have in common with the request that it repeats. */
export interface Fingerprint {
  readonly contentType: string | null
  /** Bytes of the body that had arrived when the request was answered. */
  readonly bytes: number
  /** Whether that was all of it. */
  readonly isWhole: boolean
  /** SHA-256 of these bytes. */
  readonly digest: string
}

/** Takes the fingerprint of a request while its handler reads it. */
export function startFingerprint(request: IncomingMessage): () => Fingerprint {
  const hash = createHash('sha256')
  let bytes = 0
  tapBody(request, (chunk) => {
    if (chunk !== null) {
      hash.update(chunk)
      bytes += chunk.length
    }
    return false
  })
  const contentType = request.headers['content-type'] ?? null
  return () => ({ contentType, bytes, isWhole: request.complete, digest: digestOf(hash) })
}

/** Whether a request repeats the one of a fingerprint; reads no more of its body than tells. */
export async function repeats(request: IncomingMessage, first: Fingerprint): Promise<boolean> {
  if ((request.headers['content-type'] ?? null) !== first.contentType) return false
  const hash = createHash('sha256')
  let bytes = 0
  // Left before its end, a plain loop would take the connection down.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    const missing = first.bytes - bytes
    hash.update(chunk.subarray(0, missing))
    bytes += chunk.length
    if (bytes > first.bytes || (bytes === first.bytes && !first.isWhole)) break
  }
  const isLongEnough = first.isWhole ? bytes === first.bytes : bytes >= first.bytes
  return isLongEnough && digestOf(hash) === first.digest
}

const digestOf = (hash: Hash) => hash.copy().digest('base64url')
