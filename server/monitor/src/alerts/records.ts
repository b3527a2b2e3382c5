import type { AlertEvent, Silence } from '@hotpath/core'

/** What one route did within one window. */
export interface RouteFigures {
  requests: number
  p50Ms: number
  p95Ms: number
}

/** A line of the history file. */
export type AlertRecord =
  | ({ record: 'event' } & AlertEvent)
  | ({ record: 'silence' } & Silence)
  /** One window of one version, by route: requests, p50 and p95 in milliseconds. */
  | { record: 'window'; version: string; at: number; routes: Record<string, [number, number, number]> }

/** What a line of the file says; undefined for one that was torn, or is no record. */
export function readRecord(line: string): AlertRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const record = value as Record<string, unknown>
  return isRecord(record) ? (record as unknown as AlertRecord) : undefined
}

/** Somebody may have edited the file: what is read from it is checked as far as it is used. */
function isRecord(value: Record<string, unknown>): boolean {
  const text = (...names: string[]) => names.every((name) => typeof value[name] === 'string')
  const time = (...names: string[]) => names.every((name) => Number.isFinite(value[name]))
  const textOrNull = (...names: string[]) =>
    names.every((name) => value[name] === null || typeof value[name] === 'string')
  if (value['record'] === 'event')
    return time('at') && text('kind', 'severity', 'text') && textOrNull('alert', 'route')
  if (value['record'] === 'silence')
    return time('from', 'until') && text('id', 'reason') && textOrNull('rule', 'route')
  if (value['record'] !== 'window' || !text('version') || !time('at')) return false
  const { routes } = value
  return (
    typeof routes === 'object' &&
    routes !== null &&
    Object.values(routes).every(
      (figures) => Array.isArray(figures) && figures.length === 3 && figures.every(Number.isFinite),
    )
  )
}

const mostEvents = 500
/** Windows of each version: as many as the comparison can use, and a few to spare. */
const mostWindows = 60
const mostVersions = 3

/** What is worth keeping when the file is written anew, in the order in which it happened. */
export function worthKeeping(records: readonly AlertRecord[], now: number): AlertRecord[] {
  const events = records.filter(({ record }) => record === 'event').slice(-mostEvents)
  const silences = new Map<string, AlertRecord>()
  for (const record of records) if (record.record === 'silence') silences.set(record.id, record)
  const windows = Map.groupBy(
    records.filter((record) => record.record === 'window'),
    ({ version }) => version,
  )
  const recent = [...windows.values()]
    .sort((a, b) => a.at(-1)!.at - b.at(-1)!.at)
    .slice(-mostVersions)
    .flatMap((own) => own.slice(-mostWindows))
  const lasting = [...silences.values()].filter(
    (silence) => silence.record === 'silence' && silence.until > now,
  )
  const kept: AlertRecord[] = [...events, ...lasting, ...recent]
  const timeOf = (record: AlertRecord) => (record.record === 'silence' ? record.from : record.at)
  return kept.sort((a, b) => timeOf(a) - timeOf(b))
}
