import { type Bytes, parseBytes } from './bytes.ts'
import { type Duration, parseDuration } from './duration.ts'
import { coreErrors } from './errors.ts'

/** So many requests in so long, counted by the generic cell rate algorithm (GCRA, ITU-T I.371). */
export interface RatePolicy {
  /** Requests per window, 1 or more; at most one per microsecond. */
  readonly limit: number
  /** How long it takes until a used-up limit is whole again; one request comes back every `window / limit`. */
  readonly window: Duration
  /** Most requests at once. @default limit */
  readonly burst?: number
}

/** How many handlers of a route run at one time, in this process. */
export interface ConcurrencyPolicy {
  /** Handlers at work, 1 or more. */
  readonly max: number
  /** Requests that wait for one of them to end; more are refused. @default as many as `max` */
  readonly queue?: number
  /** How long a request waits at most. @default '1s' */
  readonly wait?: Duration
}

/** What is remembered of requests with an Idempotency-Key. */
export interface IdempotencyPolicy {
  /** Refuse requests without the header. @default false */
  readonly required?: boolean
  /** How long an answer is kept for repeats. @default '24h' */
  readonly ttl?: Duration
}

/** What a route admits, and for how long. */
export interface RouteLimits {
  /**
   * Which rate limit counts the requests of this route: a group of the application by its name, a policy of the
   * route's own, or false for none. @default the application's default group, if it has one
   */
  limit?: string | RatePolicy | false
  /** What one request takes from the limit. @default 1 */
  cost?: number
  /** How long the handler may take until the head of its answer. @default the application's */
  timeout?: Duration
  /** Most handlers of this route at work in one process; the rest waits for a while. @default unbounded */
  concurrency?: number | ConcurrencyPolicy
  /** Answers repeats of a POST or PATCH that carry the same Idempotency-Key from the first one. @default false */
  idempotent?: boolean | IdempotencyPolicy
  /** Largest request body; a larger one is refused with 413. @default the application's */
  maxBody?: Bytes
}

/** A name that fits into RateLimit fields and keys as it is. */
const groupName = /^[a-z][a-z0-9_-]{0,63}$/

/**
 * Checks these options of one route.
 * @throws HP_ROUTE_OPTION_INVALID, HP_DURATION_INVALID, HP_BYTES_INVALID
 */
export function checkRouteLimits(pattern: string, options: RouteLimits): void {
  const fail = (name: keyof RouteLimits, why: string, fix: string) =>
    coreErrors.HP_ROUTE_OPTION_INVALID({
      pattern,
      name,
      given: JSON.stringify(options[name]) ?? '',
      why,
      fix,
    })
  const { limit, cost, timeout, concurrency, idempotent, maxBody } = options
  if (typeof limit === 'string' && !groupName.test(limit)) {
    throw fail('limit', 'a group is named in small letters, digits, - and _', 'for example limit: "auth"')
  }
  if (typeof limit === 'object') {
    const problem = ratePolicyProblem(limit)
    if (problem) throw fail('limit', problem, 'for example limit: { limit: 5, window: "15m" }')
  }
  if (cost !== undefined && !isCount(cost)) {
    throw fail('cost', 'one request costs a whole number of 1 or more', 'for example cost: 5')
  }
  if (timeout !== undefined && parseDuration(timeout) === 0) {
    throw fail('timeout', 'no handler is that quick', 'for example timeout: "5s"')
  }
  if (concurrency !== undefined) {
    const problem = concurrencyProblem(concurrency)
    if (problem)
      throw fail('concurrency', problem, 'for example concurrency: { max: 8, queue: 32, wait: "1s" }')
  }
  if (idempotent) {
    if (!/^(POST|PATCH) /.test(pattern)) {
      throw fail(
        'idempotent',
        'only POST and PATCH are not idempotent by themselves (RFC 9110 §9.2.2)',
        'leave it out',
      )
    }
    if (typeof idempotent === 'object' && idempotent.ttl !== undefined) parseDuration(idempotent.ttl)
  }
  if (maxBody !== undefined) parseBytes(maxBody)
}

/**
 * What is wrong with a rate policy in words; undefined where nothing is.
 * @throws HP_DURATION_INVALID
 */
export function ratePolicyProblem({ limit, window, burst = limit }: RatePolicy): string | undefined {
  if (!isCount(limit)) return 'limit is a whole number of 1 or more'
  if (!isCount(burst)) return 'burst is a whole number of 1 or more'
  const windowMs = parseDuration(window)
  if (windowMs === 0 || limit > windowMs * 1000) return 'there is at most one request per microsecond'
  return Math.max(limit, burst) > 1e9 ? 'a limit of a thousand million is none' : undefined
}

function concurrencyProblem(given: number | ConcurrencyPolicy): string | undefined {
  const { max, queue = 0, wait = 0 } = typeof given === 'number' ? { max: given } : given
  parseDuration(wait)
  if (!isCount(max)) return 'max is a whole number of 1 or more'
  return Number.isSafeInteger(queue) && queue >= 0 ? undefined : 'queue is a whole number of 0 or more'
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1
