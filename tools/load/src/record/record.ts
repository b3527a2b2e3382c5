import { createHistogram, type Histogram, histogramFromJSON, type HistogramJSON } from '@hotpath/core'
import { mergeTimelines, type TimelineRecord } from './timeline.ts'

/** Things of one kind that were counted and timed: the requests of an endpoint or of a stage, the passes of a group. */
export interface Tally {
  count: number
  errors: number
  times: Histogram
}

/** How often a check held, and how often it did not. */
export interface CheckCount {
  passed: number
  failed: number
}

/** What was measured. Times in milliseconds. */
export interface LoadRecord {
  requests: number
  errors: number
  errorsByKind: Map<string, number>
  statuses: Map<number, number>
  bytes: number
  /** From the due time to the last byte. */
  response: Histogram
  /** From writing the request to an open connection to the last byte. */
  service: Histogram
  /** From writing the request to the head of the answer. */
  ttfb: Histogram
  /** Opening a connection, the name looked up and TLS agreed. */
  connect: Histogram
  /** From the due time to giving the request to a connection. */
  lateness: Histogram
  /** Whole sessions, from the due time of their first request to their end. */
  sessions: Tally
  endpoints: Map<string, Tally>
  groups: Map<string, Tally>
  checks: Map<string, CheckCount>
  /** Requests by the stage in which they were due. */
  stages: Tally[]
  /** When the last request was sent, from the start of the measured time. */
  lastSentMs: number
  /** Requests answered within the measured time, whenever they were due: the throughput. */
  answeredInTime: number
}

type Stored<T> = { [Key in keyof T]: StoredValue<T[Key]> }
type StoredValue<V> = V extends Histogram
  ? HistogramJSON
  : V extends Map<infer K, infer U>
    ? [K, StoredValue<U>][]
    : V extends (infer U)[]
      ? StoredValue<U>[]
      : V extends Tally
        ? Stored<Tally>
        : V

/** A record as it travels between generators: safe in JSON. */
export type LoadRecordJSON = Stored<LoadRecord> & { timeline: TimelineRecord }

/** The sum of several records, which keeps every figure exactly. */
export type MergedRecord = LoadRecord & { timeline: TimelineRecord }

export function emptyRecord(stages: number): LoadRecord {
  return {
    requests: 0,
    errors: 0,
    errorsByKind: new Map(),
    statuses: new Map(),
    bytes: 0,
    response: createHistogram(),
    service: createHistogram(),
    ttfb: createHistogram(),
    connect: createHistogram(),
    lateness: createHistogram(),
    sessions: emptyTally(),
    endpoints: new Map(),
    groups: new Map(),
    checks: new Map(),
    stages: Array.from({ length: stages }, emptyTally),
    lastSentMs: 0,
    answeredInTime: 0,
  }
}

export function emptyTally(): Tally {
  return { count: 0, errors: 0, times: createHistogram() }
}

/** The tally called `name`, made when it is new. */
export function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name)
  if (!tally) tallies.set(name, (tally = emptyTally()))
  return tally
}

export function increment<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

export function recordToJSON(record: LoadRecord, timeline: TimelineRecord): LoadRecordJSON {
  const { response, service, ttfb, connect, lateness } = record
  return {
    ...record,
    errorsByKind: [...record.errorsByKind],
    statuses: [...record.statuses],
    response: response.toJSON(),
    service: service.toJSON(),
    ttfb: ttfb.toJSON(),
    connect: connect.toJSON(),
    lateness: lateness.toJSON(),
    sessions: tallyToJSON(record.sessions),
    endpoints: Array.from(record.endpoints, ([name, tally]) => [name, tallyToJSON(tally)]),
    groups: Array.from(record.groups, ([name, tally]) => [name, tallyToJSON(tally)]),
    checks: [...record.checks],
    stages: record.stages.map(tallyToJSON),
    timeline,
  }
}

function tallyToJSON({ count, errors, times }: Tally): Stored<Tally> {
  return { count, errors, times: times.toJSON() }
}

/**
 * The sum of records of generators that ran at the same time.
 * @throws HP_HISTOGRAM_CORRUPT when one was damaged on its way
 */
export function mergeRecords(records: readonly LoadRecordJSON[]): MergedRecord {
  const sum = emptyRecord(records[0]?.stages.length ?? 0)
  for (const record of records) addRecord(sum, record)
  return { ...sum, timeline: mergeTimelines(records.map(({ timeline }) => timeline)) }
}

function addRecord(sum: LoadRecord, record: LoadRecordJSON): void {
  sum.requests += record.requests
  sum.errors += record.errors
  sum.bytes += record.bytes
  sum.answeredInTime += record.answeredInTime
  sum.lastSentMs = Math.max(sum.lastSentMs, record.lastSentMs)
  for (const [kind, count] of record.errorsByKind) increment(sum.errorsByKind, kind, count)
  for (const [status, count] of record.statuses) increment(sum.statuses, status, count)
  for (const key of ['response', 'service', 'ttfb', 'connect', 'lateness'] as const) {
    sum[key].merge(histogramFromJSON(record[key]))
  }
  addTally(sum.sessions, record.sessions)
  for (const [name, tally] of record.endpoints) addTally(tallyOf(sum.endpoints, name), tally)
  for (const [name, tally] of record.groups) addTally(tallyOf(sum.groups, name), tally)
  for (const [name, { passed, failed }] of record.checks) addCheck(sum.checks, name, { passed, failed })
  for (const [index, tally] of record.stages.entries()) addTally(sum.stages[index]!, tally)
}

function addTally(sum: Tally, { count, errors, times }: Stored<Tally>): void {
  sum.count += count
  sum.errors += errors
  sum.times.merge(histogramFromJSON(times))
}

/** Adds the outcomes of a check to those known by its name. */
export function addCheck(checks: Map<string, CheckCount>, name: string, added: CheckCount): void {
  const known = checks.get(name) ?? { passed: 0, failed: 0 }
  checks.set(name, { passed: known.passed + added.passed, failed: known.failed + added.failed })
}
