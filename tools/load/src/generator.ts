/** What the generator itself used. */
export interface GeneratorUse {
  /** Share of the time in which its event loop was busy, 0…1. */
  eventLoopUtilisation: number
  /** CPU seconds of this process, user and system. */
  cpuSeconds: number
}

/** Starts measuring; each call of the function returned tells the use since. */
export function measureGenerator(): () => GeneratorUse {
  const loop = performance.eventLoopUtilization()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      eventLoopUtilisation: performance.eventLoopUtilization(loop).utilization,
      cpuSeconds: (user + system) / 1e6,
    }
  }
}
