import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How late the event loop was, in milliseconds. */
export interface DelayFigures {
  min: number
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** How busy this process was since it was last asked. */
export interface ProcessSample {
  /** CPU time of all threads as a share of one core. */
  cpu: number
  /** Null when it was asked again too soon to know. */
  eventLoopDelayMs: DelayFigures | null
  /** Share of the time in which the event loop was not idle, 0…1. */
  eventLoopUtilisation: number
}

/** One sampler per audience: asking it starts the next sample. */
export interface ProcessSampler {
  sample(): ProcessSample
  /** Stops observing. */
  stop(): void
}

/** How often the event loop is looked at. Node reports the whole interval, so this is taken off every figure. */
const resolutionMs = 20

export interface ProcessSamplerOptions {
  /**
   * Askers closer together than this share a sample, or each would see only the other's moment. Milliseconds.
   * @default 1_000
   */
  shortestMs?: number
}

/** Watches CPU and event loop. Its timer does not keep the process alive. */
export function createProcessSampler({ shortestMs = 1_000 }: ProcessSamplerOptions = {}): ProcessSampler {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const lateMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
  const delayFigures = (): DelayFigures => ({
    min: lateMs(delay.min),
    mean: lateMs(delay.mean),
    p50: lateMs(delay.percentile(50)),
    p90: lateMs(delay.percentile(90)),
    p99: lateMs(delay.percentile(99)),
    max: lateMs(delay.max),
  })
  let from = { at: performance.now(), cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() }
  let last: ProcessSample | undefined

  return {
    sample() {
      const at = performance.now()
      const elapsedMs = at - from.at
      if (last && elapsedMs < shortestMs) return last
      const { user, system } = process.cpuUsage(from.cpu)
      last = {
        cpu: elapsedMs > 0 ? (user + system) / 1000 / elapsedMs : 0,
        eventLoopDelayMs: delay.count === 0 ? null : delayFigures(),
        eventLoopUtilisation: performance.eventLoopUtilization(from.loop).utilization,
      }
      from = { at, cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() }
      delay.reset()
      return last
    },
    stop: () => void delay.disable(),
  }
}
