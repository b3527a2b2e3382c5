import type { Clock, ServerSample } from '@hotpath/core'
import { watchGc } from './gc-time.ts'
import { hostCpuSeconds } from './host-cpu.ts'
import { createProcessSampler, type ProcessSampler } from './process-sampler.ts'
import { createSliceCounter } from './slice-counts.ts'
import type { MonitorSources } from './sources.ts'

/** What the process does, second by second, for whoever drives load at it. */
export interface SliceSampler {
  /**
   * The slices that ended after `since` (milliseconds since 1970), oldest first. The first call begins to sample: there
   * is no timer and no listener while nobody asks.
   */
  since(since: number): ServerSample[]
  close(): void
}

export interface SliceSamplerOptions {
  clock: Clock
  sources: Pick<MonitorSources, 'caches' | 'poolWaiting' | 'pool' | 'databaseCpuSeconds'>
  /** Length of a slice in milliseconds. @default 1_000 */
  sliceMs?: number
  /** Nobody asked for this long: it stops until somebody does. Milliseconds. @default 30_000 */
  idleMs?: number
}

/** Ten minutes of slices of a second, about 400 bytes each and 50 for each route that was asked for. */
const kept = 600

/** Makes a sampler, which rests until it is asked. */
export function createSliceSampler(options: SliceSamplerOptions): SliceSampler {
  const { clock, sources, sliceMs = 1_000, idleMs = 30_000 } = options
  let slices: ServerSample[] = []
  let askedAt = -Infinity
  let running: Running | undefined

  function begin(): Running {
    const recording = record(sources, clock())
    const timer = setInterval(() => {
      const now = clock()
      slices.push(recording.take(now))
      if (slices.length > kept) slices = slices.slice(-kept)
      if (now - askedAt > idleMs) rest()
    }, sliceMs)
    timer.unref()
    return {
      stop() {
        clearInterval(timer)
        recording.stop()
      },
    }
  }

  function rest(): void {
    running?.stop()
    running = undefined
    slices = []
  }

  return {
    since(since) {
      askedAt = clock()
      running ??= begin()
      return slices.filter(({ at, ms }) => at + ms > since)
    },
    close: rest,
  }
}

interface Running {
  stop(): void
}

interface Recording {
  take(now: number): ServerSample
  stop(): void
}

function record(sources: SliceSamplerOptions['sources'], startedAt: number): Recording {
  const counter = createSliceCounter()
  const gc = watchGc()
  const sampler = createProcessSampler({ shortestMs: 0 })
  let before = totalsOf(sources, startedAt)
  return {
    take(now) {
      const after = totalsOf(sources, now)
      const sample = { ...differences(before, after), ...presently(sampler, sources), ...counter.take() }
      before = after
      return { ...sample, gcMs: gc.take() }
    },
    stop() {
      counter.close()
      gc.stop()
      sampler.stop()
    },
  }
}

/** Running totals: what a slice did is the difference of two. */
interface Totals {
  at: number
  cpuSeconds: number
  loopCpuSeconds: number
  hostCpuSeconds: number | null
  databaseCpuSeconds: number | null
  poolHeldMs: number
  poolWaitedMs: number
  objectMemoryHits: number
  objectRedisHits: number
  objectMisses: number
}

function totalsOf({ caches, pool, databaseCpuSeconds }: SliceSamplerOptions['sources'], at: number): Totals {
  const { user, system } = process.cpuUsage()
  const loop = process.threadCpuUsage()
  const { heldMs = 0, waitedMs = 0 } = pool?.() ?? {}
  const totals = { objectMemoryHits: 0, objectRedisHits: 0, objectMisses: 0 }
  for (const { misses, groups = [] } of caches()) {
    totals.objectMisses += misses
    for (const { hits, staleHits } of groups) {
      totals.objectMemoryHits += hits.memory + staleHits
      totals.objectRedisHits += hits.redis
    }
  }
  return {
    ...totals,
    at,
    cpuSeconds: (user + system) / 1e6,
    loopCpuSeconds: (loop.user + loop.system) / 1e6,
    hostCpuSeconds: hostCpuSeconds(),
    databaseCpuSeconds: databaseCpuSeconds?.() ?? null,
    poolHeldMs: heldMs,
    poolWaitedMs: waitedMs,
  }
}

function differences(before: Totals, after: Totals) {
  const { at, ...from } = before
  const difference = (name: keyof typeof from) => {
    const [earlier, later] = [before[name], after[name]]
    // A count may have begun anew: less than nothing was not used.
    return earlier === null || later === null ? null : Math.max(0, later - earlier)
  }
  return {
    at,
    ms: after.at - at,
    cpuSeconds: difference('cpuSeconds')!,
    loopCpuSeconds: difference('loopCpuSeconds')!,
    hostCpuSeconds: difference('hostCpuSeconds'),
    databaseCpuSeconds: difference('databaseCpuSeconds'),
    poolHeldMs: difference('poolHeldMs')!,
    poolWaitedMs: difference('poolWaitedMs')!,
    objectMemoryHits: difference('objectMemoryHits')!,
    objectRedisHits: difference('objectRedisHits')!,
    objectMisses: difference('objectMisses')!,
  }
}

function presently(sampler: ProcessSampler, { poolWaiting }: SliceSamplerOptions['sources']) {
  const { eventLoopDelayMs, eventLoopUtilisation } = sampler.sample()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    eventLoopDelayP99Ms: eventLoopDelayMs?.p99 ?? null,
    eventLoopUtilisation,
    rssBytes: rss,
    heapBytes: heapUsed,
    poolWaiting: poolWaiting(),
  }
}
