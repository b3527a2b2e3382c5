import { type RatePolicy, type Route } from '@hotpath/core'
import { httpErrors } from '../errors.ts'
import { type Rate, readRate } from './gcra.ts'
import type { WhenAway } from './limiter.ts'
import { createIdentityKey, type IdentityOf } from './request-key.ts'

/** A limit that several routes share. */
export interface RateGroup extends RatePolicy {
  /** Whose requests are counted together. @default 'address' */
  readonly by?: 'address' | IdentityOf
  /**
   * With Redis: what becomes of requests while it is away. `local`: each process limits on its own, so that n of them
   * admit at most n times the limit; `closed`: refused with 503; `open`: admitted. @default 'local'
   */
  readonly redisDown?: WhenAway
  /**
   * With Redis: the share of `burst` that one process may hold of one key, granted before it is needed; less makes
   * more round trips. 0 asks Redis for every request. @default 0.1
   */
  readonly leaseShare?: number
}

/** A group with its units resolved. */
export interface ReadGroup {
  readonly name: string
  readonly rate: Rate
  readonly keyOf: (request: Parameters<IdentityOf>[0]) => string
  readonly whenAway: WhenAway
  readonly mostAhead: number
}

const groupDefaults = { by: 'address', redisDown: 'local', leaseShare: 0.1 } as const

/**
 * Reads one group.
 * @throws HP_HTTP_RATE_INVALID, HP_DURATION_INVALID
 */
export function readGroup(name: string, given: RateGroup, addressOf: ReadGroup['keyOf']): ReadGroup {
  const { by, redisDown, leaseShare, ...policy } = { ...groupDefaults, ...given }
  const rate = readRate(name, policy)
  if (!headerText.test(name)) {
    const problem = 'its name stands in a header, and may hold printable ASCII without quotes and backslashes'
    throw httpErrors.HP_HTTP_RATE_INVALID({ name, problem })
  }
  if (!(leaseShare >= 0 && leaseShare <= 1)) {
    throw httpErrors.HP_HTTP_RATE_INVALID({ name, problem: 'leaseShare is a number from 0 to 1' })
  }
  return {
    name,
    rate,
    keyOf: by === 'address' ? addressOf : createIdentityKey(by, addressOf),
    whenAway: redisDown,
    mostAhead: Math.floor(rate.burst * leaseShare),
  }
}

/** What a string in a structured field holds without escapes (RFC 9651 §3.3.3). */
const headerText = /^[ !#-[\]-~]+$/

/** A route's own policy is a group of its own, named by the route in characters that a header may hold. */
export function ownGroupName({ pattern }: Route): string {
  return pattern.replaceAll(/[^\x20-\x7E]|["\\]/g, '_')
}
