import { type Duration, parseDuration } from '@hotpath/core'
import type { MonotonicClock } from './client.ts'
import { postgresErrors } from './errors.ts'
import type { TapOptions } from './tap/options.ts'

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`; unset, the database is embedded. */
  url?: string
  /** Folder of the embedded database, created when it is missing. @default in memory, gone with the process */
  folder?: string
  /** Most connections at a time; an embedded database has one. @default 10 */
  poolSize?: number
  /** How long a statement may run; a bare number is milliseconds. @default '30s' */
  statementTimeout?: Duration
  /** How long a caller may wait for a connection, be it a free or a new one. @default '5s' */
  connectTimeout?: Duration
  /** How long close() waits for running statements. @default '5s' */
  closeTimeout?: Duration
  /** What the server shows for these connections in pg_stat_activity. @default 'hotpath' */
  applicationName?: string
  /** Times statements, in milliseconds. @default performance.now */
  now?: MonotonicClock
  /** What is kept of the statements that are seen. */
  tap?: Omit<TapOptions, 'now'>
}

/** The options, complete and in milliseconds. */
export interface DatabaseSettings {
  url: string | null
  folder: string | null
  poolSize: number
  statementTimeoutMs: number
  connectTimeoutMs: number
  closeTimeoutMs: number
  applicationName: string
  now: MonotonicClock
  tap: TapOptions
}

export const databaseDefaults = {
  poolSize: 10,
  statementTimeout: '30s',
  connectTimeout: '5s',
  closeTimeout: '5s',
  applicationName: 'hotpath',
} as const satisfies DatabaseOptions

/** @throws HP_DATABASE_OPTION_INVALID, HP_DURATION_INVALID */
export function readDatabaseOptions(options: DatabaseOptions): DatabaseSettings {
  const { poolSize, applicationName, statementTimeout, connectTimeout, closeTimeout } = {
    ...databaseDefaults,
    ...options,
  }
  if (!Number.isInteger(poolSize) || poolSize < 1)
    throw invalid('poolSize', poolSize, 'It is a whole number of 1 or more.')
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
    statementTimeoutMs: timeout('statementTimeout', statementTimeout),
    connectTimeoutMs: timeout('connectTimeout', connectTimeout),
    closeTimeoutMs: timeout('closeTimeout', closeTimeout),
    applicationName,
    now,
    tap: { ...options.tap, now },
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
