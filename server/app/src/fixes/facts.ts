import type { KeyGroup } from '@hotpath/cache'
import type { Overview, Route } from '@hotpath/core'
import type { Finding } from '@hotpath/postgres/health'
import type { RepeatRow, StatementRow } from '@hotpath/postgres/tap'
import type { PoolSizing } from '../pool-advice.ts'

/** What happened since the last look, and how things stand: all that the rules decide by. */
export interface Facts {
  /** How long the last look is ago, in seconds. */
  seconds: number
  routes: readonly Route[]
  overview: Pick<Overview, 'routes' | 'resources' | 'tiles' | 'layer'>
  statements: readonly Spent<StatementFacts>[]
  repeats: readonly Spent<RepeatFacts>[]
  groups: readonly GroupSince[]
  /** `max` is that of each process. */
  pool: { waitedMs: number; max: number; sizing: PoolSizing | null }
  health: readonly Finding[]
}

/** What of a statement's row the rules look at. */
export type StatementFacts = Pick<StatementRow, 'fingerprint' | 'sql' | 'kind' | 'tables' | 'routes'>
export type RepeatFacts = RepeatRow

/** A row, with what it took since the last look. */
export interface Spent<Row> {
  row: Row
  calls: number
  ms: number
}

/** A key group of a cache, since the last look. */
export interface GroupSince {
  namespace: string
  name: string
  hits: number
  misses: KeyGroup['misses']
  loads: number
  loadMs: number
}
