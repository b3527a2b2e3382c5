import type { Behaviour } from '@hotpath/load/selftest'

/** One cell of the truth matrix: a server's behaviour under one load. */
export interface Cell {
  behaviour: Behaviour
  model: 'open' | 'closed'
  /** Arrivals per second, or users. */
  level: number
  seconds: number
}

/** Faults that generators get wrong in different ways; times in milliseconds, moments as shares of the run. */
function behaviours(seconds: number): Behaviour[] {
  const ms = seconds * 1000
  return [
    { kind: 'constant', delayMs: 20 },
    { kind: 'lognormal', medianMs: 15, sigma: 0.6 },
    { kind: 'bimodal', fastMs: 3, slowMs: 80, slowShare: 0.2 },
    { kind: 'outliers', delayMs: 10, outlierMs: 2000, share: 0.01 },
    { kind: 'stall', delayMs: 10, fromMs: 0.4 * ms, lengthMs: 0.15 * ms },
    { kind: 'block', delayMs: 10, everyMs: Math.min(0.35 * ms, 2_100), lengthMs: 200 },
    { kind: 'slow-body', delayMs: 50 },
    { kind: 'resets', delayMs: 10, share: 0.03 },
  ]
}

interface Level {
  open: number
  closed: number
  /** So long that p99 is not its two slowest requests, or the first, which wait for their connections. */
  seconds: number
}

const levels: readonly Level[] = [
  { open: 25, closed: 2, seconds: 10 },
  { open: 100, closed: 6, seconds: 6 },
  { open: 400, closed: 18, seconds: 6 },
]

/** All cells; quick: the middle level of half of the behaviours, shorter. */
export function truthMatrix(quick: boolean): Cell[] {
  const chosen = quick ? [{ ...levels[1]!, seconds: 2 }] : levels
  return chosen.flatMap(({ seconds, ...level }) =>
    behaviours(seconds)
      .filter(({ kind }) => !quick || quickKinds.has(kind))
      .flatMap((behaviour) =>
        (['open', 'closed'] as const).map((model) => ({ behaviour, model, level: level[model], seconds })),
      ),
  )
}

const quickKinds = new Set(['lognormal', 'stall', 'slow-body', 'resets'])

export function nameOf({ behaviour, model, level }: Cell): string {
  return `${behaviour.kind}, ${model === 'open' ? `${level}/s` : `${level} users`}`
}
