import {
  addCheck,
  emptyRecord,
  increment,
  type LoadRecord,
  type LoadRecordJSON,
  recordToJSON,
  type Tally,
  tallyOf,
} from './record.ts'
import type { Stage } from '../schedule/stages.ts'
import { createTimeline } from './timeline.ts'

/** A request that came to its end, or a message that is measured like one. Moments by performance.now(). */
export interface Settled {
  readonly step: { readonly name: string }
  readonly due: number
  /** When it was given to a connection; NaN when it never was. */
  readonly sentAt: number
  /** When it was written to that connection, open by then; NaN when it never was. */
  readonly writtenAt: number
  /** When the answer began. */
  readonly headAt: number
  readonly settledAt: number
  /** 0 when there is none. */
  readonly status: number
  readonly bytes: number
  /** Why there is no whole answer. */
  readonly failure: string | null
  /** Why it counts as an error; null when it is right. */
  readonly problem: string | null
}

/** Which requests count. */
export interface RecorderOptions {
  /** Start of the measured time (performance.now()): what was due earlier belongs to the warm-up. */
  from: number
  /** End of the measured time: what becomes due later, because sending was late, is not measured. */
  until: number
  timeoutMs: number
  /** Those that are told apart in the result; none when there is only one. @default [] */
  stages?: readonly Stage[]
}

/** A session or a group that came to its end; moments by performance.now(). */
export interface Passed {
  due: number
  endedAt: number
  failed: boolean
}

export interface Recorder {
  /** Counts a settled exchange, unless it belongs to the warm-up. */
  add(exchange: Settled): void
  addConnect(startedAt: number, ms: number): void
  addSession(session: Passed): void
  addGroup(name: string, group: Passed): void
  addCheck(name: string, at: number, passed: boolean): void
  record: LoadRecord
  /** What was counted so far, to travel. */
  toJSON(): LoadRecordJSON
}

/** Names beyond these are counted together: a scenario that puts ids into names must not use up the memory. */
const mostNames = 500
const otherNames = 'other names'

/**
 * Counts by these rules: every request ends as right or as an error. An error is a timeout, a failed transport or a
 * status that its step does not expect. A timeout counts in the latencies at the timeout's value; what failed without
 * an answer has no latency, since a connection refused in a fraction of a millisecond is no fast answer.
 */
export function createRecorder({ from, until, timeoutMs, stages = [] }: RecorderOptions): Recorder {
  const record = emptyRecord(stages.length)
  const timeline = createTimeline({ from, durationMs: until - from })
  const stageAt = createStageFinder(stages, from)
  const measured = (at: number) => at >= from && at < until

  function addTimes(exchange: Settled, endpoint: Tally, stage: Tally | undefined): void {
    const { due, sentAt, writtenAt, headAt, settledAt, failure } = exchange
    const wasSent = !Number.isNaN(sentAt)
    const latenessMs = (wasSent ? sentAt : settledAt) - due
    const hasTime = failure === null || failure === 'timeout'
    const ended = failure === null ? settledAt : due + timeoutMs
    const responseMs = hasTime ? ended - due : Number.NaN
    timeline.add({ sentAt, settledAt, isError: exchange.problem !== null, responseMs, latenessMs })
    record.lateness.record(latenessMs)
    if (wasSent) record.lastSentMs = Math.max(record.lastSentMs, sentAt - from)
    if (!hasTime) return
    record.response.record(responseMs)
    endpoint.times.record(responseMs)
    stage?.times.record(responseMs)
    if (!Number.isNaN(writtenAt)) record.service.record(ended - writtenAt)
    if (failure === null) record.ttfb.record(headAt - writtenAt)
  }

  return {
    record,
    add(exchange) {
      const { step, due, settledAt, status, failure, problem, bytes } = exchange
      if (failure === null && settledAt >= from && settledAt <= until) record.answeredInTime += 1
      if (!measured(due)) return
      const endpoint = boundedTally(record.endpoints, step.name)
      const stage = record.stages[stageAt(due)]
      record.requests += 1
      record.bytes += bytes
      if (failure === null && status > 0) increment(record.statuses, status)
      if (problem !== null) {
        record.errors += 1
        increment(record.errorsByKind, boundedName(record.errorsByKind, problem))
      }
      count(endpoint, problem !== null)
      if (stage) count(stage, problem !== null)
      addTimes(exchange, endpoint, stage)
    },
    addConnect(startedAt, ms) {
      if (measured(startedAt)) record.connect.record(ms)
    },
    addSession(session) {
      if (measured(session.due)) addPassed(record.sessions, session)
    },
    addGroup(name, group) {
      if (measured(group.due)) addPassed(boundedTally(record.groups, name), group)
    },
    addCheck(name, at, passed) {
      if (!measured(at)) return
      const outcome = { passed: passed ? 1 : 0, failed: passed ? 0 : 1 }
      addCheck(record.checks, boundedName(record.checks, name), outcome)
    },
    toJSON: () => recordToJSON(record, timeline.record()),
  }
}

function count(tally: Tally, isError: boolean): void {
  tally.count += 1
  if (isError) tally.errors += 1
}

function addPassed(tally: Tally, { due, endedAt, failed }: Passed): void {
  count(tally, failed)
  if (!failed) tally.times.record(endedAt - due)
}

function boundedName(known: ReadonlyMap<string, unknown>, name: string): string {
  return known.size < mostNames || known.has(name) ? name : otherNames
}

function boundedTally(tallies: Map<string, Tally>, name: string): Tally {
  return tallies.get(name) ?? tallyOf(tallies, boundedName(tallies, name))
}

/** Finds the stage of a moment; they come nearly in order, so the last one found is tried first. */
function createStageFinder(stages: readonly Stage[], from: number): (at: number) => number {
  const ends: number[] = []
  for (const { durationMs } of stages) ends.push((ends.at(-1) ?? from) + durationMs)
  let last = 0
  return (at) => {
    while (last > 0 && at < ends[last - 1]!) last -= 1
    while (last < ends.length - 1 && at >= ends[last]!) last += 1
    return last
  }
}
