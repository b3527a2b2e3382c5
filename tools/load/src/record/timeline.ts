import { createHistogram, type Histogram, histogramFromJSON, type HistogramJSON } from '@hotpath/core'

/** What happened in one slice of the measured time. */
export interface TimelineSlice {
  /** Requests sent in it. */
  sent: number
  /** Requests that ended in it with a right answer. */
  answered: number
  /** Requests that ended in it as an error. */
  errors: number
  /** Response times of those that ended in it. */
  response: HistogramJSON
  /** Lateness of those that ended in it. */
  lateness: HistogramJSON
}

/** A run in slices of equal length, from the start of the measured time; mergeable, safe in JSON. */
export interface TimelineRecord {
  sliceMs: number
  slices: TimelineSlice[]
}

/** One slice in figures, times in milliseconds; null where nothing ended. */
export interface TimelinePoint {
  /** Start of the slice, from the start of the measured time. */
  atMs: number
  /** Requests sent per second. */
  sentRate: number
  /** Right answers per second. */
  answeredRate: number
  /** Errors per second. */
  errorRate: number
  p50: number | null
  p95: number | null
  p99: number | null
  latenessP99: number | null
}

/** The course of a run. */
export interface TimelineSummary {
  /** A second, or with long runs a power of two of seconds. */
  sliceMs: number
  points: TimelinePoint[]
}

/** What the timeline needs of a request that ended; moments by performance.now(). */
export interface TimelineEvent {
  /** NaN when it was never sent. */
  sentAt: number
  settledAt: number
  isError: boolean
  /** NaN when it has no response time. */
  responseMs: number
  latenessMs: number
}

export interface Timeline {
  add(event: TimelineEvent): void
  /** The slices so far. */
  record(): TimelineRecord
}

const mostSlices = 600
const precision = { precisionBits: 7 }

/** A second, doubled until a run has at most 600 slices: an hour of load must not need an hour's worth of memory. */
export function sliceLength(durationMs: number): number {
  let sliceMs = 1000
  while (durationMs / sliceMs > mostSlices) sliceMs *= 2
  return sliceMs
}

/**
 * Follows a run over its measured time, which begins at `from`. Times belong to the slice in which a request ended: so
 * only one slice is open at a time, and a stall shows where it was felt.
 */
export function createTimeline({ from, durationMs }: { from: number; durationMs: number }): Timeline {
  const sliceMs = sliceLength(durationMs)
  const slices: TimelineSlice[] = []
  const response = createHistogram(precision)
  const lateness = createHistogram(precision)
  let open = 0

  function sliceOf(at: number): TimelineSlice {
    const index = Math.max(0, Math.floor((at - from) / sliceMs))
    while (slices.length <= index) slices.push(emptySlice())
    return slices[index]!
  }

  /** Writes the open slice's times down. */
  function close(): void {
    const slice = sliceOf(from + open * sliceMs)
    slice.response = response.toJSON()
    slice.lateness = lateness.toJSON()
  }

  return {
    add({ sentAt, settledAt, isError, responseMs, latenessMs }) {
      const index = Math.max(open, Math.floor((settledAt - from) / sliceMs))
      if (index > open) {
        close()
        response.reset()
        lateness.reset()
        open = index
      }
      const slice = sliceOf(from + index * sliceMs)
      if (isError) slice.errors += 1
      else slice.answered += 1
      if (!Number.isNaN(sentAt)) sliceOf(sentAt).sent += 1
      if (!Number.isNaN(responseMs)) response.record(responseMs)
      lateness.record(latenessMs)
    },
    record() {
      close()
      return { sliceMs, slices }
    },
  }
}

/** The timelines of generators that ran at the same time, as one. */
export function mergeTimelines(records: readonly TimelineRecord[]): TimelineRecord {
  const sliceMs = Math.max(1000, ...records.map((record) => record.sliceMs))
  const slices: TimelineSlice[] = []
  for (const record of records) {
    for (const [index, slice] of record.slices.entries()) {
      const at = Math.floor((index * record.sliceMs) / sliceMs)
      while (slices.length <= at) slices.push(emptySlice())
      const sum = slices[at]!
      sum.sent += slice.sent
      sum.answered += slice.answered
      sum.errors += slice.errors
      sum.response = added(sum.response, slice.response)
      sum.lateness = added(sum.lateness, slice.lateness)
    }
  }
  return { sliceMs, slices }
}

/** The figures of each slice. */
export function summariseTimeline({ sliceMs, slices }: TimelineRecord): TimelineSummary {
  const perSecond = (count: number) => (count * 1000) / sliceMs
  const points = slices.map(({ sent, answered, errors, response, lateness }, index) => {
    const times = histogramFromJSON(response)
    const late = histogramFromJSON(lateness)
    return {
      atMs: index * sliceMs,
      sentRate: perSecond(sent),
      answeredRate: perSecond(answered),
      errorRate: perSecond(errors),
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      p99: quantile(times, 0.99),
      latenessP99: quantile(late, 0.99),
    }
  })
  return { sliceMs, points }
}

function quantile(histogram: Histogram, q: number): number | null {
  return histogram.count() === 0 ? null : histogram.quantile(q)
}

const emptyTimes = createHistogram(precision).toJSON()

function emptySlice(): TimelineSlice {
  return { sent: 0, answered: 0, errors: 0, response: emptyTimes, lateness: emptyTimes }
}

function added(a: HistogramJSON, b: HistogramJSON): HistogramJSON {
  if (a.count === 0) return b
  const sum = histogramFromJSON(a)
  sum.merge(b)
  return sum.toJSON()
}
