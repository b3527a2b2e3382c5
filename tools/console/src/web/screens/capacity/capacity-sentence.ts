import type { CapacityResource, Headroom, ResourceUse } from '@hotpath/core'
import type { Tone } from '../../parts/standing-icon.tsx'
import { percent, perSecond } from '../../parts/say.ts'

/** What the screen says first. */
export interface CapacityVerdict {
  tone: Tone
  word: string
  sentence: string
  /** What it rests on, and how far it may be believed. */
  evidence: string
}

const names: Record<CapacityResource, string> = {
  'event loop': 'the event loop',
  'process CPU': 'the CPU of this process',
  'database pool': 'the pool of database connections',
  'machine CPU': 'the CPU of the machine',
}

/** Below this factor of the load that was held, there is little left. */
const tight = 1.3
/** Share in use from which on nothing of a resource is left. */
const full = 0.95

export function capacityVerdict({ saturation, rate, highestRate, resources }: Headroom): CapacityVerdict {
  const [busiest] = resources
  const isFull = busiest !== undefined && busiest.utilisation >= full
  const busy = busiest
    ? `Busiest now: ${names[busiest.resource]}, ${percent(busiest.utilisation)} in use at ${perSecond(rate)}.`
    : ''
  if ('refused' in saturation) {
    return {
      tone: isFull ? 'bad' : 'idle',
      word: isFull ? 'Used up' : 'No forecast',
      sentence: busy || 'Nothing was seen of this process yet.',
      evidence: saturation.refused,
    }
  }
  const { resource, value, low, high } = saturation
  const factor = value / Math.max(highestRate, Number.MIN_VALUE)
  const isTight = isFull || factor < tight
  return {
    tone: isTight ? 'warn' : 'good',
    word: isTight ? 'Little headroom' : 'Headroom',
    sentence: `${capital(names[resource])} is used up at ${perSecond(value)}, ${factor.toFixed(1)} times the most that was held here.`,
    evidence:
      `90 % interval ${perSecond(low)} to ${perSecond(high)}, by the utilisation law, for this mix of requests and this ` +
      `one process. Times rise well before: plan for no more than three quarters of it. ${busy}`,
  }
}

/** Requests per second at which one resource is used up; null where requests do not use it. */
export function saturatesAt({ base, capacity, perRequest }: ResourceUse): number | null {
  return perRequest > 0 ? Math.max(0, capacity - base) / perRequest : null
}

/** How full is too full. */
export function useTone(utilisation: number): Tone {
  if (utilisation >= 0.9) return 'bad'
  return utilisation >= 0.7 ? 'warn' : 'good'
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
