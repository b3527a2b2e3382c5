import { type Duration, parseDuration } from '@hotpath/core'
import type { MonotonicClock } from './client.ts'
import { postgresErrors } from './errors.ts'
import type { TapOptions } from './tap/options.ts'
import type { Tap } from './tap/tap.ts'

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`; unset, the database is embedded. */
  url?: string
  /** Folder of the embedded database, created when it is missing. @default in memory, gone with the process */
  folder?: string
  /** Most connections at a time; an embedded database has one. @default 10 */
  poolSize?: number
  /** Connections that stay open when they are idle. @default 0 */
  poolMin?: number
  /** How long an idle connection stays open. @default '10s' */
  idleTimeout?: Duration
  /** How often a failed attempt to connect is repeated, within connectTimeout; never the first of all. @default 3 */
  connectRetries?: number
  /** The pause before the first repeat. @default '1s' */
  retryDelay?: Duration
  /** By how much the pause grows from one repeat to the next; 1 keeps it. @default 2 */
  retryFactor?: number
  /** From how long on a client that was taken and not given back is shown as a leak. @default '30s' */
  leakAfter?: Duration
  /** How long a statement may run; a bare number is milliseconds. @default '30s' */
  statementTimeout?: Duration
  /** How long a caller may wait for a connection, be it a free or a new one. @default '5s' */
  connectTimeout?: Duration
  /** How long close() waits for running statements. @default '5s' */
  closeTimeout?: Duration
  /** Prepares statements with values from their second time on; a server's only, see the README. @default false */
  prepare?: boolean
  /** Whether opening fails where no connection can be made; else its first statement does. @default true */
  mustAnswer?: boolean
  /** What the server shows for these connections in pg_stat_activity. @default 'hotpath' */
  applicationName?: string
  /** Times statements, in milliseconds. @default performance.now */
  now?: MonotonicClock
  /** What is kept of the statements that are seen. */
  tap?: Omit<TapOptions, 'now'>
  /** The tap of another database that sees these statements too, as those of one application. @default its own */
  seenBy?: Tap
}

/** The options, complete and in milliseconds. */
export interface DatabaseSettings {
  url: string | null
  folder: string | null
  poolSize: number
  poolMin: number
  idleTimeoutMs: number
  connectRetries: number
  retryDelayMs: number
  retryFactor: number
  leakAfterMs: number
  statementTimeoutMs: number
  connectTimeoutMs: number
  closeTimeoutMs: number
  applicationName: string
  prepare: boolean
  mustAnswer: boolean
  now: MonotonicClock
  tap: TapOptions
  seenBy: Tap | null
}

export const databaseDefaults = {
  poolSize: 10,
  poolMin: 0,
  idleTimeout: '10s',
  connectRetries: 3,
  retryDelay: '1s',
  retryFactor: 2,
  leakAfter: '30s',
  statementTimeout: '30s',
  connectTimeout: '5s',
  closeTimeout: '5s',
  prepare: false,
  mustAnswer: true,
  applicationName: 'hotpath',
} as const satisfies DatabaseOptions

/** @throws HP_DATABASE_OPTION_INVALID, HP_DURATION_INVALID */
export function readDatabaseOptions(options: DatabaseOptions): DatabaseSettings {
  const {
    poolSize,
    poolMin,
    connectRetries,
    retryFactor,
    applicationName,
    prepare,
    mustAnswer,
    ...durations
  } = {
    ...databaseDefaults,
    ...options,
  }
  if (!Number.isInteger(poolSize) || poolSize < 1)
    throw invalid('poolSize', poolSize, 'It is a whole number of 1 or more.')
  if (!Number.isInteger(poolMin) || poolMin < 0 || poolMin > poolSize)
    throw invalid('poolMin', poolMin, 'It is a whole number from 0 to poolSize.')
  if (!Number.isInteger(connectRetries) || connectRetries < 0)
    throw invalid('connectRetries', connectRetries, 'It is a whole number of 0 or more.')
  if (!(retryFactor >= 1 && retryFactor <= 10))
    throw invalid('retryFactor', retryFactor, 'It is a number from 1 to 10.')
  if (options.url !== undefined && options.folder !== undefined)
    throw invalid(
      'folder',
      JSON.stringify(options.folder),
      'A database with a URL keeps its data at its server.',
    )
  if (options.folder === '') throw invalid('folder', '""', 'Unset, the data is kept in memory.')
  const now = options.now ?? (() => performance.now())
  return {
    url: options.url ?? null,
    folder: options.folder ?? null,
    poolSize,
    poolMin,
    connectRetries,
    retryFactor,
    idleTimeoutMs: timeout('idleTimeout', durations.idleTimeout),
    retryDelayMs: timeout('retryDelay', durations.retryDelay),
    leakAfterMs: timeout('leakAfter', durations.leakAfter),
    statementTimeoutMs: timeout('statementTimeout', durations.statementTimeout),
    connectTimeoutMs: timeout('connectTimeout', durations.connectTimeout),
    closeTimeoutMs: timeout('closeTimeout', durations.closeTimeout),
    applicationName,
    prepare,
    mustAnswer,
    now,
    tap: { ...options.tap, now },
    seenBy: options.seenBy ?? null,
  }
}

// Node's timers take a signed 32-bit number; PostgreSQL's settings too.
const longest = 2 ** 31 - 1

function timeout(option: string, duration: Duration): number {
  const ms = Math.round(parseDuration(duration))
  if (ms >= 1 && ms <= longest) return ms
  throw invalid(
    option,
    String(duration),
    'It is at least 1 ms and less than 25 days; nothing waits for ever.',
  )
}

function invalid(option: string, given: string | number, problem: string): Error {
  return postgresErrors.HP_DATABASE_OPTION_INVALID({ option, given, problem })
}
