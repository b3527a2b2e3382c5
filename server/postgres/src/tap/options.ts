import { type Duration, parseDuration } from '@hotpath/core'
import type { MonotonicClock } from '../client.ts'
import { postgresErrors } from '../errors.ts'

export interface TapOptions {
  /** Statements told apart; the rest is counted together as `(others)`. Each takes about 10 kB. @default 500 */
  maxStatements?: number
  /**
   * What becomes of the values of statements. `memory` keeps a few executions of each statement in this process, for
   * plans and advice; they are in no report, message or log. `export` also puts them into reports that ask for them.
   * `none` keeps none. @default 'memory'
   */
  parameters?: 'none' | 'memory' | 'export'
  /** Executions of each statement whose values are kept, the slowest among them. @default 5 */
  samples?: number
  /** Statements of one line of code within one request, from which on it is a finding (N+1). @default 3 */
  findFrom?: number
  /** From how long on a statement is slow, and its plan is asked for. @default '100ms' */
  slow?: Duration
  /**
   * Asks for plans with EXPLAIN ANALYZE, which runs the statement again: of reads that call no unknown function, in a
   * read-only transaction. @default false
   */
  analyze?: boolean
  /** Most plans asked for in a minute. @default 6 */
  plansPerMinute?: number
  /** Times statements, in milliseconds. @default performance.now */
  now?: MonotonicClock
  /** Chooses the samples: 0 up to 1. @default Math.random */
  random?: () => number
}

/** The options, complete. */
export interface TapSettings {
  maxStatements: number
  keepsValues: boolean
  exportsValues: boolean
  samples: number
  findFrom: number
  slowMs: number
  analyze: boolean
  plansPerMinute: number
  now: MonotonicClock
  random: () => number
}

export const tapDefaults = {
  maxStatements: 500,
  parameters: 'memory',
  samples: 5,
  findFrom: 3,
  slow: '100ms',
  analyze: false,
  plansPerMinute: 6,
} as const satisfies TapOptions

/** @throws HP_DATABASE_OPTION_INVALID, HP_DURATION_INVALID */
export function readTapOptions(options: TapOptions): TapSettings {
  const { parameters, slow, now, random, ...rest } = { ...tapDefaults, ...options }
  atLeast('tap.maxStatements', rest.maxStatements, 1)
  atLeast('tap.samples', rest.samples, 0)
  atLeast('tap.findFrom', rest.findFrom, 2)
  atLeast('tap.plansPerMinute', rest.plansPerMinute, 0)
  return {
    ...rest,
    keepsValues: parameters !== 'none',
    exportsValues: parameters === 'export',
    slowMs: parseDuration(slow),
    now: now ?? (() => performance.now()),
    random: random ?? Math.random,
  }
}

function atLeast(option: string, given: number, least: number): void {
  if (Number.isInteger(given) && given >= least) return
  const problem = `It is a whole number of ${least} or more.`
  throw postgresErrors.HP_DATABASE_OPTION_INVALID({ option, given, problem })
}
