import { type Duration, parseDuration } from '@hotpath/core'
import type { Database } from '../database.ts'
import { postgresErrors } from '../errors.ts'

export interface RouterOptions {
  primary: Database
  /** Named as they shall appear in reports. */
  replicas: Readonly<Record<string, Database>>
  /** Signs the tokens of sessions; the same in all processes that share clients. At least 16 characters. */
  secret: string
  /** A replica that lacks something older than this serves nobody. @default '5s' */
  maxLag?: Duration
  /** How long a read waits for a replica to have what it must see, before it goes to the primary. @default '50ms' */
  maxWait?: Duration
  /** How often the servers are asked where they are. @default '250ms' */
  pollEvery?: Duration
  /** How long a server may take to say where it is. @default '1s' */
  probeTimeout?: Duration
  /** Milliseconds, monotonic. @default performance.now */
  now?: () => number
  /** Milliseconds since 1970. @default Date.now */
  wallClock?: () => number
}

export interface RouterSettings {
  maxLagMs: number
  maxWaitMs: number
  pollMs: number
  probeTimeoutMs: number
  /** How long a token counts: when it ends, no replica that lacks the write serves anybody. */
  tokenTtlMs: number
  now: () => number
  wallClock: () => number
}

const defaults = { maxLag: '5s', maxWait: '50ms', pollEvery: '250ms', probeTimeout: '1s' } as const

const shortestSecret = 16
/** Clocks of processes differ. */
const clockSkewMs = 60_000

/** @throws HP_DATABASE_OPTION_INVALID, HP_DURATION_INVALID */
export function readRouterOptions(options: RouterOptions): RouterSettings {
  const { secret } = options
  if (secret.length < shortestSecret) {
    throw postgresErrors.HP_DATABASE_OPTION_INVALID({
      option: 'secret',
      given: `${secret.length} characters`,
      problem: `A secret of under ${shortestSecret} characters can be guessed.`,
    })
  }
  const { maxLag, maxWait, pollEvery, probeTimeout } = { ...defaults, ...options }
  const maxLagMs = parseDuration(maxLag)
  return {
    maxLagMs,
    maxWaitMs: parseDuration(maxWait),
    pollMs: parseDuration(pollEvery),
    probeTimeoutMs: parseDuration(probeTimeout),
    tokenTtlMs: 2 * maxLagMs + clockSkewMs,
    now: options.now ?? (() => performance.now()),
    wallClock: options.wallClock ?? Date.now,
  }
}
