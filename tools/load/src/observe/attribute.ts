import { formatDuration, quantile } from '@hotpath/core'
import type { ServerSide, ServerSlice } from './server-side.ts'

/** What a request can wait for. */
export type CauseName = 'pool' | 'database' | 'event loop' | 'garbage collection'

/** How much of the response time one cause explains. */
export interface Cause {
  name: CauseName
  /** Share of p95, 0…1. */
  share: number
  /** Of p95, in milliseconds. */
  ms: number
  /** How busy it was, 0…1; null where it has no bound. */
  utilisation: number | null
  /** In words, with the figures. */
  evidence: string
}

export interface Attribution {
  /** The largest cause first. */
  causes: Cause[]
  /** Share of p95 that none of them explains: the application's own work in between, the network, the generator. */
  unexplained: number
  /** How strongly p95 went with how busy each was, from slice to slice: −1…1; null where neither varied. */
  moves: Partial<Record<CauseName, number | null>>
  sentence: string
}

/** A cause that explains less is not named first. */
const least = 0.1

/**
 * Which resource explains the 95th percentile of a run, from what the server told of it. Waits add up, so a cause's
 * share is its own 95th percentile beside that of the responses, and all of them together are never more than the
 * whole. It is evidence, not proof: a rerun with the resource enlarged is (`--what-if`). Null where nothing is known.
 */
export function attribute(server: ServerSide, p95Ms: number | null): Attribution | null {
  if (server.source !== 'hotpath' || p95Ms === null || p95Ms <= 0 || server.samples.length === 0) return null
  const found = causesOf(server).filter(({ ms }) => ms > 0)
  const total = found.reduce((sum, { ms }) => sum + ms, 0)
  const fit = Math.min(1, p95Ms / Math.max(total, Number.MIN_VALUE))
  const causes = found
    .map((cause) => ({ ...cause, ms: cause.ms * fit, share: (cause.ms * fit) / p95Ms }))
    .sort((a, b) => b.share - a.share)
  const unexplained = Math.max(0, 1 - causes.reduce((sum, { share }) => sum + share, 0))
  return {
    causes,
    unexplained,
    moves: Object.fromEntries(
      Object.entries(busy).map(([name, pick]) => [name, goesWith(server.samples, pick)]),
    ),
    sentence: sentenceOf(causes, { unexplained, p95Ms }),
  }
}

/** How busy each is in a slice. */
const busy: Record<CauseName, (slice: ServerSlice) => number | null> = {
  pool: ({ poolBusy }) => poolBusy,
  database: ({ statementMs }) => statementMs,
  'event loop': ({ eventLoopUtilisation }) => eventLoopUtilisation,
  'garbage collection': ({ gcShare }) => gcShare,
}

function causesOf({ samples, poolSize, processes }: ServerSide): Omit<Cause, 'share'>[] {
  const middle = (pick: (slice: ServerSlice) => number | null) => {
    const values = samples.flatMap((slice) => pick(slice) ?? [])
    return values.length === 0 ? 0 : quantile(values, 0.5)
  }
  const inUse = middle(({ poolBusy }) => poolBusy)
  const loop = middle(({ eventLoopUtilisation }) => eventLoopUtilisation)
  const gc = middle(({ gcShare }) => gcShare)
  const waitMs = middle(({ poolWaitP95Ms }) => poolWaitP95Ms)
  const statementMs = middle(({ statementP95Ms }) => statementP95Ms)
  const loopMs = middle(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)
  // What reaches requests is no more than the database's share of them: hits ask it nothing.
  const misses = 1 - middle(({ httpHitShare }) => httpHitShare)
  const asks = misses > 0.05
  return [
    {
      name: 'pool',
      ms: asks ? waitMs : 0,
      utilisation: poolSize === null ? null : inUse / poolSize,
      evidence: `callers waited ${formatDuration(waitMs)} for a connection (p95), with ${inUse.toFixed(1)} of ${poolSize ?? '?'} in use`,
    },
    {
      name: 'database',
      ms: asks ? statementMs : 0,
      utilisation: null,
      evidence: `statements took ${formatDuration(statementMs)} (p95), and ${percent(misses)} of the cacheable requests reached the handler`,
    },
    {
      name: 'event loop',
      ms: loopMs,
      utilisation: loop,
      evidence: `the event loop${processes > 1 ? 's were' : ' was'} busy ${percent(loop)} of the time and late by ${formatDuration(loopMs)} (p99)`,
    },
    {
      name: 'garbage collection',
      // A collection of every slice's share, met by chance: what it adds to the slowest requests of a slice.
      ms: gc > 0.05 ? gc * loopMs : 0,
      utilisation: gc,
      evidence: `garbage collection took ${percent(gc)} of the time`,
    },
  ]
}

/** Pearson's correlation of a slice's p95 with how busy something was. */
function goesWith(
  samples: readonly ServerSlice[],
  pick: (slice: ServerSlice) => number | null,
): number | null {
  const pairs = samples.flatMap((slice) => {
    const [x, y] = [pick(slice), slice.p95Ms]
    return x === null || y === null ? [] : [[x, y] as const]
  })
  const mean = (index: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[index], 0) / pairs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const sum = (of: (x: number, y: number) => number) =>
    pairs.reduce((all, [x, y]) => all + of(x - meanX, y - meanY), 0)
  const scale = Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y))
  return pairs.length < 3 || !(scale > 0) ? null : sum((x, y) => x * y) / scale
}

function sentenceOf(
  causes: readonly Cause[],
  { unexplained, p95Ms }: { unexplained: number; p95Ms: number },
): string {
  const named = causes.filter(({ share }) => share >= least)
  const [first, second] = named
  if (!first) {
    return `Nothing that the server tells explains p95 (${formatDuration(p95Ms)}): ${percent(unexplained)} of it is the application's own work, the network or the generator.`
  }
  const also = second ? ` The ${second.name} explains ${percent(second.share)}: ${second.evidence}.` : ''
  const rest = unexplained > first.share ? ` None of this explains the other ${percent(unexplained)}.` : ''
  return `The ${first.name} explains ${percent(first.share)} of p95 (${formatDuration(first.ms)} of ${formatDuration(p95Ms)}): ${first.evidence}.${also}${rest}`
}

const percent = (share: number) => `${(100 * share).toFixed(0)}%`
