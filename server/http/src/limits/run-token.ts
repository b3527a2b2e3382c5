import { createHmac } from 'node:crypto'
import { headersOf } from '../arriving-request.ts'
import type { RequestHead } from '../request-head.ts'
import { createSecretCheck } from '../secret-check.ts'

/** The header in which a project's own load test says that it is one. */
export const runTokenHeader = 'hotpath-run'

/** What is sent there: made from the secret that all processes of one start share, and of no use to guess it. */
export function runToken(secret: string): string {
  return createHmac('sha256', secret).update('hotpath: own load, not rate limited').digest('base64url')
}

/** Tells requests of the own load test from all others. Without a secret there are none. */
export function createRunExemption(secret: string | undefined): (request: RequestHead) => boolean {
  if (secret === undefined || secret === '') return () => false
  const isOurs = createSecretCheck(runToken(secret))
  return (request) => isOurs(headersOf(request)[runTokenHeader])
}
