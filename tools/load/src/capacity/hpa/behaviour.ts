import type { HpaRules, HpaSpec } from './spec.ts'

/** A number of replicas that was asked for, or a change that was made, at a time in seconds. */
export interface Timed {
  at: number
  replicas: number
}

/** What the autoscaler remembers. */
export interface HpaMemory {
  recommendations: Timed[]
  /** Pods that were added and taken away. */
  added: Timed[]
  removed: Timed[]
}

export const newMemory = (): HpaMemory => ({ recommendations: [], added: [], removed: [] })

/**
 * From what the metrics ask for to what is done: the smallest recommendation of the stabilisation window upwards, the
 * largest downwards, and no further than the policies and the bounds allow. Remembers the recommendation and the change.
 */
export function behave(
  { scaleUp, scaleDown, minReplicas, maxReplicas }: HpaSpec,
  { current, wanted, now }: { current: number; wanted: number; now: number },
  memory: HpaMemory,
): number {
  memory.recommendations.push({ at: now, replicas: wanted })
  const longest = Math.max(scaleUp.stabilisationSeconds, scaleDown.stabilisationSeconds)
  memory.recommendations = memory.recommendations.filter(({ at }) => at >= now - longest)
  const within = (seconds: number) =>
    memory.recommendations.filter(({ at }) => at > now - seconds).map(({ replicas }) => replicas)
  const up = Math.min(wanted, ...within(scaleUp.stabilisationSeconds))
  const down = Math.max(wanted, ...within(scaleDown.stabilisationSeconds))
  const stable = Math.min(Math.max(current, up), down)

  const decided = limit()
  if (decided > current) memory.added.push({ at: now, replicas: decided - current })
  if (decided < current) memory.removed.push({ at: now, replicas: current - decided })
  return decided

  function limit(): number {
    const events = { added: memory.added, removed: memory.removed, now, current }
    if (stable > current) {
      return Math.min(stable, maxReplicas, Math.max(current, upperLimit(scaleUp, events)))
    }
    if (stable < current) {
      return Math.max(stable, minReplicas, Math.min(current, lowerLimit(scaleDown, events)))
    }
    return Math.min(Math.max(current, minReplicas), maxReplicas)
  }
}

interface Events {
  added: readonly Timed[]
  removed: readonly Timed[]
  now: number
  current: number
}

/** Pods that were there at the beginning of a policy's period. */
function atStart({ added, removed, now, current }: Events, periodSeconds: number): number {
  const sum = (events: readonly Timed[]) =>
    events.filter(({ at }) => at > now - periodSeconds).reduce((all, { replicas }) => all + replicas, 0)
  return current - sum(added) + sum(removed)
}

function upperLimit({ select, policies }: HpaRules, events: Events): number {
  if (select === 'Disabled') return events.current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atStart(events, periodSeconds)
    return type === 'Pods' ? start + value : Math.ceil((start * (100 + value)) / 100)
  })
  return select === 'Max' ? Math.max(...limits) : Math.min(...limits)
}

function lowerLimit({ select, policies }: HpaRules, events: Events): number {
  if (select === 'Disabled') return events.current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atStart(events, periodSeconds)
    return type === 'Pods' ? start - value : Math.trunc((start * (100 - value)) / 100)
  })
  // The largest change leaves the fewest.
  return select === 'Max' ? Math.min(...limits) : Math.max(...limits)
}
