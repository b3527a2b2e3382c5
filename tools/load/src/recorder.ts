import { createHistogram, type Histogram } from '@hotpath/core'
import type { Exchange } from './exchange.ts'
import { statusProblem } from './step.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** The figures of one endpoint. */
export interface EndpointRecord {
  requests: number
  errors: number
  response: Histogram
}

/** What was measured so far. Times in milliseconds. */
export interface LoadRecord {
  requests: number
  errors: number
  errorsByKind: Map<string, number>
  statuses: Map<number, number>
  bytes: number
  /** From the due time to the last byte. */
  response: Histogram
  /** From sending to the last byte. */
  service: Histogram
  /** From sending to the head of the answer. */
  ttfb: Histogram
  /** From the due time to sending. */
  lateness: Histogram
  endpoints: Map<string, EndpointRecord>
  /** When the last request was sent (performance.now()). */
  lastSentAt: number
  /** Requests answered within the measured time, whenever they were due: the throughput. */
  answeredInTime: number
  /** How the run went, slice by slice. */
  timeline: Timeline
}

/** Which requests count. */
export interface RecorderOptions {
  /** Start of the measured time (performance.now()): what was due earlier belongs to the warm-up. */
  from: number
  /** End of the measured time: what becomes due later, because sending was late, is not measured. */
  until: number
  timeoutMs: number
}

export interface Recorder {
  /** Counts a settled exchange, unless it belongs to the warm-up. */
  add(exchange: Exchange): void
  record: LoadRecord
}

/**
 * Counts by these rules: every request ends as right or as an error. An error is a timeout, a failed transport or a
 * status that its step does not expect. A timeout counts in the latencies at the timeout's value; what failed without
 * an answer has no latency, since a connection refused in a fraction of a millisecond is no fast answer.
 */
export function createRecorder({ from, until, timeoutMs }: RecorderOptions): Recorder {
  const record: LoadRecord = {
    requests: 0,
    errors: 0,
    errorsByKind: new Map(),
    statuses: new Map(),
    bytes: 0,
    response: createHistogram(),
    service: createHistogram(),
    ttfb: createHistogram(),
    lateness: createHistogram(),
    endpoints: new Map(),
    lastSentAt: from,
    answeredInTime: 0,
    timeline: createTimeline({ from, durationMs: until - from }),
  }

  function endpointOf(name: string): EndpointRecord {
    let endpoint = record.endpoints.get(name)
    if (!endpoint) {
      endpoint = { requests: 0, errors: 0, response: createHistogram() }
      record.endpoints.set(name, endpoint)
    }
    return endpoint
  }

  function addTimes(exchange: Exchange, endpoint: EndpointRecord, isError: boolean): void {
    const { due, sentAt, headAt, settledAt, failure } = exchange
    const wasSent = exchange.wasSent()
    const latenessMs = (wasSent ? sentAt : settledAt) - due
    const hasTime = failure === null || failure === 'timeout'
    const ended = failure === null ? settledAt : due + timeoutMs
    const responseMs = hasTime ? ended - due : Number.NaN
    record.timeline.add({ sentAt, settledAt, isError, responseMs, latenessMs })
    record.lateness.record(latenessMs)
    if (wasSent) record.lastSentAt = Math.max(record.lastSentAt, sentAt)
    if (!hasTime) return
    record.response.record(responseMs)
    endpoint.response.record(responseMs)
    if (wasSent) record.service.record(ended - sentAt)
    if (failure === null) record.ttfb.record(headAt - sentAt)
  }

  return {
    record,
    add(exchange) {
      const { step, due, settledAt, status, failure, bytes } = exchange
      if (failure === null && settledAt >= from && settledAt <= until) record.answeredInTime += 1
      if (due < from || due >= until) return
      const endpoint = endpointOf(step.name)
      record.requests += 1
      endpoint.requests += 1
      record.bytes += bytes
      if (failure === null) increment(record.statuses, status)
      const problem = failure ?? statusProblem(step, status)
      if (problem !== null) {
        record.errors += 1
        endpoint.errors += 1
        increment(record.errorsByKind, problem)
      }
      addTimes(exchange, endpoint, problem !== null)
    },
  }
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
