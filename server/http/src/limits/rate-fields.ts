import type { ServerResponse } from 'node:http'
import { formatDuration } from '@hotpath/core'
import { prepareProblem } from '../api/problem.ts'
import { addOuterLines } from '../outer-lines.ts'
import type { Rate } from './gcra.ts'
import type { Verdict } from './memory-limiter.ts'

/** Says on a response what its limit is and what is left of it, and refuses where nothing is. */
export interface RateFields {
  /** `RateLimit` and `RateLimit-Policy`, for every response that the limit counts, as header lines. */
  lines(verdict: Readonly<Verdict>): string
  tell(response: ServerResponse, verdict: Readonly<Verdict>): void
  refuse(response: ServerResponse, verdict: Readonly<Verdict>): void
}

/** While Redis is away, it is looked for about once a second. */
const unknownRetrySeconds = 1

/** The fields of one group (draft-ietf-httpapi-ratelimit-headers-10); deferred, they wait as outer lines. */
export function createRateFields(
  name: string,
  { rate, isDeferred }: { rate: Rate; isDeferred: boolean },
): RateFields {
  const { limit, windowMs } = rate
  const policy = `"${name}";q=${limit};w=${Math.max(1, Math.ceil(windowMs / 1000))}`
  const quotaExceeded = prepareProblem({
    status: 429,
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    detail: `At most ${limit} requests in ${formatDuration(windowMs)} are answered. Retry-After says when to try again.`,
    extensions: { 'violated-policies': [name] },
  })
  const unknown = prepareProblem({
    status: 503,
    title: 'Limit cannot be checked',
    detail: 'What keeps the count of requests cannot be reached at the moment.',
  })

  const left = ({ remaining, wholeInMs }: Readonly<Verdict>) =>
    `"${name}";r=${remaining};t=${Math.ceil(wholeInMs / 1000)}`
  const lines = (verdict: Readonly<Verdict>) =>
    `RateLimit-Policy: ${policy}\r\nRateLimit: ${left(verdict)}\r\n`

  function tellNow(response: ServerResponse, verdict: Readonly<Verdict>): void {
    response.setHeader('RateLimit-Policy', policy)
    response.setHeader('RateLimit', left(verdict))
  }

  const tellLater = (response: ServerResponse, verdict: Readonly<Verdict>) =>
    addOuterLines(response, lines(verdict))

  return {
    lines,
    tell: isDeferred ? tellLater : tellNow,
    refuse(response, verdict) {
      if (verdict.isUnknown) return unknown(response, { 'Retry-After': String(unknownRetrySeconds) })
      tellNow(response, verdict)
      quotaExceeded(response, { 'Retry-After': String(Math.max(1, Math.ceil(verdict.retryInMs / 1000))) })
    },
  }
}
