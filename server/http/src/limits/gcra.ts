import { parseDuration, ratePolicyProblem, type RatePolicy } from '@hotpath/core'
import { httpErrors } from '../errors.ts'

/**
 * A rate policy as the generic cell rate algorithm takes it (GCRA, ITU-T I.371). All times are whole microseconds, so
 * that JavaScript and Lua, whose numbers are the same doubles, come to the same decisions to the last one.
 */
export interface Rate {
  /** Requests per window. */
  readonly limit: number
  readonly windowMs: number
  /** Requests at once. */
  readonly burst: number
  /** In which one request comes back; rounded up. */
  readonly intervalUs: number
  /** In which `burst` requests come back. */
  readonly toleranceUs: number
}

/**
 * Reads the policy of `name`.
 * @throws HP_HTTP_RATE_INVALID, HP_DURATION_INVALID
 */
export function readRate(name: string, policy: RatePolicy): Rate {
  const problem = ratePolicyProblem(policy)
  if (problem !== undefined) throw httpErrors.HP_HTTP_RATE_INVALID({ name, problem })
  const { limit, window, burst = limit } = policy
  const windowMs = parseDuration(window)
  const intervalUs = Math.ceil((windowMs * 1000) / limit)
  return { limit, windowMs, burst, intervalUs, toleranceUs: burst * intervalUs }
}
