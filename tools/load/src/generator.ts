import { isMainThread } from 'node:worker_threads'

/** What the generator itself used. */
export interface GeneratorUse {
  /** Share of the time in which its event loop was busy, 0…1. */
  eventLoopUtilisation: number
  /** CPU seconds, user and system: of this process, or of this thread where it is one of several. */
  cpuSeconds: number
}

const cpuUsage = isMainThread ? process.cpuUsage : process.threadCpuUsage

/** Starts measuring; each call of the function returned tells the use since. */
export function measureGenerator(): () => GeneratorUse {
  const loop = performance.eventLoopUtilization()
  const cpu = cpuUsage()
  return () => {
    const { user, system } = cpuUsage(cpu)
    return {
      eventLoopUtilisation: performance.eventLoopUtilization(loop).utilization,
      cpuSeconds: (user + system) / 1e6,
    }
  }
}
