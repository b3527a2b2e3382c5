import type { Lsn } from './lsn.ts'

/** Where the primary was, as it said itself. */
export interface Observation {
  lsn: Lsn
  /** When it was asked, in milliseconds of the router's clock: its answer holds all that was committed by then. */
  at: number
}

/**
 * `promoted`: it takes writes now, and is no replica any more. `diverged`: it follows another timeline than the
 * primary's, so its positions cannot be compared.
 */
export type ReplicaStatus = 'unknown' | 'serving' | 'failed' | 'promoted' | 'diverged'

export interface ReplicaState {
  readonly status: ReplicaStatus
  /** How far it said it has replayed. Choices are made by it; no read relies on it. */
  readonly replayed: Lsn
  /** It has everything that was committed by then, in milliseconds of the router's clock. */
  readonly freshAt: number
  /** Of its last probes, smoothed. */
  readonly latencyMs: number
  /** One after the other, since it last answered. */
  readonly failures: number
  /** Not asked before, in milliseconds of the router's clock. */
  readonly retryAt: number
}

export type ReplicaEvent =
  | { type: 'failed'; at: number }
  | {
      type: 'probed'
      inRecovery: boolean
      /** Null on a server that replays nothing. */
      replayed: Lsn | null
      timeline: number
      tookMs: number
      primary: { timeline: number; observations: readonly Observation[] }
    }

export const newReplica: ReplicaState = {
  status: 'unknown',
  replayed: 0n,
  freshAt: -Infinity,
  latencyMs: 1,
  failures: 0,
  retryAt: -Infinity,
}

const firstRetryMs = 500
const longestRetryMs = 30_000
const smoothing = 0.2

/** What is known of a replica after something happened. */
export function advance(state: ReplicaState, event: ReplicaEvent): ReplicaState {
  if (event.type === 'failed') {
    const failures = state.failures + 1
    const pauseMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1))
    return {
      ...state,
      status: 'failed',
      failures,
      retryAt: event.at + pauseMs,
      replayed: 0n,
      freshAt: -Infinity,
    }
  }
  const { inRecovery, replayed, timeline, tookMs, primary } = event
  const latencyMs = state.latencyMs + smoothing * (tookMs - state.latencyMs)
  const answered = { ...newReplica, latencyMs }
  if (!inRecovery || replayed === null) return { ...answered, status: 'promoted' }
  if (timeline !== primary.timeline) return { ...answered, status: 'diverged' }
  const seen = primary.observations.findLast(({ lsn }) => lsn <= replayed)
  return { ...answered, status: 'serving', replayed, freshAt: seen?.at ?? -Infinity }
}

/** What every read of a replica must see, whoever asks: where the primary was `maxLagMs` ago. */
export function oldestAllowed(
  observations: readonly Observation[],
  { now, maxLagMs }: { now: number; maxLagMs: number },
): Lsn {
  return observations.findLast(({ at }) => at <= now - maxLagMs)?.lsn ?? 0n
}
