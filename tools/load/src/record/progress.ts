import { createHistogram, type HistogramJSON, type LoadProgress } from '@hotpath/core'
import type { Settled } from './recorder.ts'

/** How a run is going, as one of its generators tells it. */
export interface Progress extends LoadProgress {
  /** The response times of the last second, so that the progress of several generators adds up. */
  window: HistogramJSON
}

export interface ProgressOptions {
  /** performance.now() at the start of the warm-up. */
  start: number
  warmupMs: number
  totalMs: number
  underWay(): number
  onProgress: (progress: Progress) => void
}

export interface ProgressReporter {
  add(exchange: Settled): void
  stop(): void
}

const everyMs = 1000

/** Tells `onProgress` once a second how the run is going. */
export function reportProgress(options: ProgressOptions): ProgressReporter {
  const { start, warmupMs, totalMs, underWay, onProgress } = options
  const response = createHistogram({ precisionBits: 7 })
  const lateness = createHistogram({ precisionBits: 7 })
  let requests = 0
  let errors = 0
  let ended = 0
  let lastAt = start
  let loop = performance.eventLoopUtilization()

  function report(): void {
    const now = performance.now()
    const elapsedMs = now - start
    onProgress({
      phase: elapsedMs < warmupMs ? 'warmup' : elapsedMs < totalMs ? 'measuring' : 'draining',
      elapsedMs,
      totalMs,
      rate: (ended * 1000) / (now - lastAt),
      p95Ms: response.count() === 0 ? null : response.quantile(0.95),
      requests,
      errors,
      underWay: underWay(),
      generator: {
        eventLoopUtilisation: performance.eventLoopUtilization(loop).utilization,
        latenessP99Ms: lateness.quantile(0.99),
      },
      window: response.toJSON(),
    })
    ended = 0
    lastAt = now
    response.reset()
    lateness.reset()
    loop = performance.eventLoopUtilization()
  }

  const timer = setInterval(report, everyMs)
  return {
    add(exchange) {
      const { due, sentAt, settledAt, problem } = exchange
      requests += 1
      ended += 1
      if (problem !== null) errors += 1
      response.record(settledAt - due)
      if (!Number.isNaN(sentAt)) lateness.record(sentAt - due)
    },
    stop: () => clearInterval(timer),
  }
}
