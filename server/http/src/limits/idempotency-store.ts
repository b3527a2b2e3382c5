import { Buffer } from 'node:buffer'
import type { RecordedAnswer } from './answer-recorder.ts'
import type { Fingerprint } from './fingerprint.ts'

/** A request that was answered, and how. */
export interface IdempotencyRecord {
  readonly fingerprint: Fingerprint
  readonly answer: RecordedAnswer
}

/** What is known of a key: nothing, so that it is ours now; its first request is at work; or it was answered. */
export type Claim = { state: 'ours' } | { state: 'busy' } | { state: 'done'; record: IdempotencyRecord }

/** Keeps answers by name. All of it rejects where it cannot tell. */
export interface IdempotencyStore {
  /** Claims a name for `token`, for so many milliseconds. */
  claim(name: string, token: string, leaseMs: number): Promise<Claim>
  /** Holds the claim for so many milliseconds more. */
  renew(name: string, token: string, leaseMs: number): Promise<void>
  /** Keeps the record for so many milliseconds, unless somebody else has the claim by now. */
  complete(name: string, token: string, kept: { record: IdempotencyRecord; ttlMs: number }): Promise<void>
  /** Gives the claim up: nothing was done. */
  release(name: string, token: string): Promise<void>
}

/** A record as text. */
export function writeRecord({ fingerprint, answer }: IdempotencyRecord): string {
  const { status, headers, body } = answer
  return JSON.stringify({ fingerprint, status, headers, body: body && body.toString('base64') })
}

/** @throws SyntaxError for what `writeRecord` has not written */
export function readRecord(text: string): IdempotencyRecord {
  const { fingerprint, status, headers, body } = JSON.parse(text) as {
    fingerprint: Fingerprint
    status: number
    headers: RecordedAnswer['headers']
    body: string | null
  }
  return {
    fingerprint,
    answer: { status, headers, body: body === null ? null : Buffer.from(body, 'base64') },
  }
}
