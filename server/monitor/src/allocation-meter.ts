import { GCProfiler, getHeapStatistics } from 'node:v8'

/** Counts what this thread allocates on its JavaScript heap. */
export interface AllocationMeter {
  /**
   * Bytes since the first call, which begins to count; 0 again where nobody asked for so long that it stopped. A figure
   * below the one before therefore means nothing.
   */
  total(): number
  close(): void
}

export interface AllocationMeterOptions {
  /** Nobody asked for this long: it stops until somebody does. Milliseconds. @default 900_000 */
  idleMs?: number
  /** How often the collector's notes are added up, so that they stay few. Milliseconds. @default 5_000 */
  everyMs?: number
}

/**
 * V8 keeps no count of what was allocated, but it follows from what it does keep: the heap as it is now, less what it
 * was, and what every collection took away meanwhile. Unlike samples of allocations that is exact but for the ends of
 * buffers that objects are cut from. Buffers' own memory lies outside the heap and is not part of it.
 */
export function createAllocationMeter(options: AllocationMeterOptions = {}): AllocationMeter {
  const { idleMs = 900_000, everyMs = 5_000 } = options
  let counting: { profiler: GCProfiler; used: number; total: number; timer: NodeJS.Timeout } | undefined
  let askedAt = 0

  function begin(): NonNullable<typeof counting> {
    const timer = setInterval(() => {
      if (performance.now() - askedAt > idleMs) close()
      else add()
    }, everyMs)
    timer.unref()
    return { profiler: startProfiler(), used: getHeapStatistics().used_heap_size, total: 0, timer }
  }

  function add(): void {
    if (!counting) return
    const used = getHeapStatistics().used_heap_size
    counting.total += used - counting.used + freed(counting.profiler)
    counting.used = used
    counting.profiler = startProfiler()
  }

  function close(): void {
    if (!counting) return
    clearInterval(counting.timer)
    counting.profiler.stop()
    counting = undefined
  }

  return {
    total() {
      askedAt = performance.now()
      counting ??= begin()
      add()
      return counting.total
    },
    close,
  }
}

function startProfiler(): GCProfiler {
  const profiler = new GCProfiler()
  profiler.start()
  return profiler
}

/** Bytes that collections took away. */
function freed(profiler: GCProfiler): number {
  const { statistics } = profiler.stop()
  return statistics.reduce(
    (sum, { beforeGC, afterGC }) =>
      sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    0,
  )
}
