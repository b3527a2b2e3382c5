import type { Lsn } from './lsn.ts'
import type { ReplicaState } from './replica-state.ts'

export interface Choices {
  replicas: readonly { state: ReplicaState; inFlight: number }[]
  /** What the read must see. */
  required: Lsn
  /** Milliseconds of the router's clock. */
  now: number
  maxLagMs: number
  maxWaitMs: number
  /** How old what is known of a replica may be, in milliseconds. */
  pollMs: number
}

export type Choice = { to: 'replica'; index: number } | { to: 'primary'; why: 'unavailable' | 'lagging' }

/** The replica that will answer soonest among those that have, or will have in time, what the read must see. */
export function choose({ replicas, required, now, maxLagMs, maxWaitMs, pollMs }: Choices): Choice {
  let caughtUp: { index: number; cost: number } | undefined
  let nearest: { index: number; gap: Lsn } | undefined
  let isAnyServing = false
  for (const [index, { state, inFlight }] of replicas.entries()) {
    const lagMs = now - state.freshAt
    if (state.status !== 'serving' || lagMs > maxLagMs) continue
    isAnyServing = true
    const gap = required - state.replayed
    const cost = state.latencyMs * (inFlight + 1)
    if (gap <= 0n) {
      if (!caughtUp || cost < caughtUp.cost) caughtUp = { index, cost }
    } else if (lagMs <= maxWaitMs + pollMs && (!nearest || gap < nearest.gap)) nearest = { index, gap }
  }
  const chosen = caughtUp ?? nearest
  if (chosen) return { to: 'replica', index: chosen.index }
  return { to: 'primary', why: isAnyServing ? 'lagging' : 'unavailable' }
}
