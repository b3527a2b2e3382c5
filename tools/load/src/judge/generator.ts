import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'
import { countStolen, type StolenTime } from './stolen-time.ts'

/** What the generator itself used, and what its machine was kept from. */
export interface GeneratorUse extends StolenTime {
  /** Share of the time in which its event loop was busy, 0…1. */
  eventLoopUtilisation: number
  /** How late its event loop came to what was ready, in milliseconds: answers are read so much later than they came. */
  eventLoopDelayP50Ms: number
  eventLoopDelayP99Ms: number
  /** CPU seconds, user and system: of this process, or of this thread where it is one of several. */
  cpuSeconds: number
}

const cpuUsage = isMainThread ? process.cpuUsage : process.threadCpuUsage

/** Finer would cost more than it tells. */
const resolutionMs = 10

export interface GeneratorMeter {
  /** The use since the start. */
  read(): GeneratorUse
  stop(): void
}

/** Starts measuring. */
export function measureGenerator(): GeneratorMeter {
  const loop = performance.eventLoopUtilization()
  const cpu = cpuUsage()
  const stolen = countStolen()
  const intervals = monitorEventLoopDelay({ resolution: resolutionMs })
  intervals.enable()
  // It counts whole intervals between two ticks, of which the resolution was meant.
  const delayMs = (percentile: number) =>
    intervals.count === 0 ? 0 : Math.max(0, intervals.percentile(percentile) / 1e6 - resolutionMs)
  return {
    read() {
      const { user, system } = cpuUsage(cpu)
      return {
        eventLoopUtilisation: performance.eventLoopUtilization(loop).utilization,
        eventLoopDelayP50Ms: delayMs(50),
        eventLoopDelayP99Ms: delayMs(99),
        cpuSeconds: (user + system) / 1e6,
        ...stolen(),
      }
    },
    stop: () => void intervals.disable(),
  }
}
