import type { ServerSample, ServerSamples } from '@hotpath/core'

/** What the server did in one slice of a run; per second where it is a rate. Null where it could not be seen. */
export interface ServerSlice {
  /** Start of the slice in milliseconds, from the start of the measured time; below 0 during the warm-up. */
  atMs: number
  /** Cores in use: by the application's processes, by the threads of their event loops, by their database, by the machine. */
  cpu: number
  loopCpu: number | null
  databaseCpu: number | null
  machineCpu: number | null
  /** Share of the time in which event loops were not idle. */
  eventLoopUtilisation: number | null
  eventLoopDelayP99Ms: number | null
  /** Share of the time in which the garbage collector held them. */
  gcShare: number | null
  rssBytes: number
  requestRate: number | null
  p95Ms: number | null
  statementRate: number | null
  /** Of one statement, on average and p95. */
  statementMs: number | null
  statementP95Ms: number | null
  /** Connections in use, on average. */
  poolBusy: number | null
  /** What one request waited for a connection, on average. */
  poolWaitMs: number | null
  /** Of one statement's wait for a connection. */
  poolWaitP95Ms: number | null
  poolWaiting: number | null
  /** Share of cacheable requests that the HTTP cache answered. */
  httpHitShare: number | null
  /** Shares of object reads that memory and Redis answered. */
  memoryHitShare: number | null
  redisHitShare: number | null
}

/** The server during a run. */
export interface ServerSide {
  /** `hotpath`: the application told it; `process`: seen from outside, CPU and memory alone. */
  source: 'hotpath' | 'process'
  processes: number
  /** Cores that the application may use, and cores of its machine. */
  cores: number
  machineCores: number
  /** Most connections, of all processes together; null where there is no pool. */
  poolSize: number | null
  samples: ServerSlice[]
  /** Requests per second of each route, in the order of the slices. */
  routes: { name: string; rates: number[] }[]
}

/** Slices of one process, its clock translated into that of the run. */
export interface ProcessSlices extends Pick<ServerSamples, 'cores' | 'machineCores' | 'poolSize'> {
  samples: ServerSample[]
}

/**
 * Puts the slices of all processes together: each slice of the first with those of the others that lie nearest.
 * `from` and `until` bound what is kept, by the middle of a slice; times then count from `zero`.
 */
export function mergeProcesses(
  processes: readonly ProcessSlices[],
  { zero, from, until }: { zero: number; from: number; until: number },
): ServerSide | null {
  const [first, ...others] = processes
  if (!first) return null
  const middle = ({ at, ms }: ServerSample) => at + ms / 2
  const kept = first.samples.filter((sample) => middle(sample) >= from && middle(sample) < until)
  const groups = kept.map((sample) => [
    sample,
    ...others.flatMap(({ samples }) => nearest(samples, middle(sample)) ?? []),
  ])
  const names = [...new Set(groups.flatMap((group) => group.flatMap(({ routes }) => Object.keys(routes))))]
  const poolSizes = processes.flatMap(({ poolSize }) => poolSize ?? [])
  return {
    source: 'hotpath',
    processes: processes.length,
    cores: first.cores,
    machineCores: first.machineCores,
    poolSize: poolSizes.length === 0 ? null : poolSizes.reduce((sum, size) => sum + size, 0),
    samples: groups.map((group) => sliceOf(group, zero)),
    routes: names.map((name) => ({
      name,
      rates: groups.map((group) => rate(group, ({ routes }) => routes[name] ?? 0)),
    })),
  }
}

function nearest(samples: readonly ServerSample[], at: number): ServerSample | undefined {
  const distance = (sample: ServerSample) => Math.abs(sample.at + sample.ms / 2 - at)
  let best: ServerSample | undefined
  for (const sample of samples) if (!best || distance(sample) < distance(best)) best = sample
  return best && distance(best) <= best.ms ? best : undefined
}

type Group = readonly ServerSample[]

/** Sum over the processes of what each did per second. */
function rate(group: Group, pick: (sample: ServerSample) => number): number {
  return group.reduce((sum, sample) => sum + (1000 * pick(sample)) / sample.ms, 0)
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null)
const most = (values: readonly (number | null)[]) =>
  known(values).length === 0 ? null : Math.max(...known(values))

function sliceOf(group: Group, zero: number): ServerSlice {
  const sum = (pick: (sample: ServerSample) => number) => group.reduce((all, each) => all + pick(each), 0)
  const share = (part: number, of: number) => (of === 0 ? null : part / of)
  const perSecond = (pick: (sample: ServerSample) => number | null) =>
    group.every((sample) => pick(sample) === null) ? null : rate(group, (sample) => pick(sample) ?? 0)
  const requests = sum((sample) => sample.requests)
  const statements = sum((sample) => sample.statements)
  const hits = sum(({ outcomes: { hit, stale, collapsed } }) => hit + stale + collapsed)
  const memory = sum((sample) => sample.objectMemoryHits)
  const redis = sum((sample) => sample.objectRedisHits)
  const reads = memory + redis + sum((sample) => sample.objectMisses)
  return {
    atMs: group[0]!.at - zero,
    cpu: rate(group, (sample) => sample.cpuSeconds),
    loopCpu: rate(group, (sample) => sample.loopCpuSeconds),
    databaseCpu: perSecond((sample) => sample.databaseCpuSeconds),
    // Every process sees the same machine.
    machineCpu: most(group.map(({ hostCpuSeconds, ms }) => hostCpuSeconds && (1000 * hostCpuSeconds) / ms)),
    eventLoopUtilisation: sum((sample) => sample.eventLoopUtilisation) / group.length,
    eventLoopDelayP99Ms: most(group.map((sample) => sample.eventLoopDelayP99Ms)),
    gcShare: rate(group, (sample) => sample.gcMs / 1000) / group.length,
    rssBytes: sum((sample) => sample.rssBytes),
    requestRate: rate(group, (sample) => sample.requests),
    p95Ms: most(group.map((sample) => sample.p95Ms)),
    statementRate: rate(group, (sample) => sample.statements),
    statementMs: share(
      sum((sample) => sample.statementMs),
      statements,
    ),
    statementP95Ms: most(group.map((sample) => sample.statementP95Ms)),
    poolWaitP95Ms: most(group.map((sample) => sample.poolWaitP95Ms)),
    poolBusy: rate(group, (sample) => sample.poolHeldMs / 1000),
    poolWaitMs: share(
      sum((sample) => sample.poolWaitedMs),
      requests,
    ),
    poolWaiting: sum((sample) => sample.poolWaiting),
    httpHitShare: share(hits, hits + sum(({ outcomes }) => outcomes.miss)),
    memoryHitShare: share(memory, reads),
    redisHitShare: share(redis, reads),
  }
}
