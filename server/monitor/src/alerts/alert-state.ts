import type { AlertEvent, Silence } from '@hotpath/core'
import type { Cause } from './causes.ts'
import type { AlertRecord } from './records.ts'
import type { Followed } from './regressions.ts'
import type { Standing } from './standing.ts'
import type { Told } from './telling.ts'

type Entries<M> = M extends ReadonlyMap<infer K, infer V> ? [key: K, value: V][] : never

/** What whoever evaluates next must know, so that nothing is told twice: plain data, in bounded number. */
export interface AlertState {
  /** Of each rule, by its id. */
  standings: [id: string, standing: Standing][]
  /** By route. */
  regressions: [route: string, followed: Followed][]
  told: Entries<Told>
  /** Why a rule is broken, as it was told. */
  causes: [id: string, cause: Cause][]
  /** The latest of the history: what a process that is killed has not written yet is among them. */
  records: AlertRecord[]
}

export const atTheStart: AlertState = { standings: [], regressions: [], told: [], causes: [], records: [] }

const mostEvents = 50

/** What of the history is handed on. */
export function latestRecords(events: readonly AlertEvent[], silences: readonly Silence[]): AlertRecord[] {
  return [
    ...events.slice(-mostEvents).map((event): AlertRecord => ({ record: 'event', ...event })),
    ...silences.map((silence): AlertRecord => ({ record: 'silence', ...silence })),
  ]
}

/** Those that the history does not hold. */
export function missingRecords(
  latest: readonly AlertRecord[],
  history: readonly AlertRecord[],
): AlertRecord[] {
  const known = new Set(history.map(keyOf))
  return latest.filter((record) => !known.has(keyOf(record)))
}

function keyOf(record: AlertRecord): string {
  if (record.record === 'silence') return `silence ${record.id} ${record.until}`
  if (record.record === 'event') return `event ${record.at} ${record.text}`
  return `window ${record.version} ${record.at}`
}
