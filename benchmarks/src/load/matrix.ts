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
    { kind: 'block', delayMs: 10, everyMs: 0.35 * ms, lengthMs: 200 },
    { kind: 'slow-body', delayMs: 50 },
    { kind: 'resets', delayMs: 10, share: 0.03 },
  ]
}

const levels = { open: [25, 100, 400], closed: [2, 6, 18] } as const

/** All cells; quick: the middle level of half of the behaviours, shorter. */
export function truthMatrix(quick: boolean): Cell[] {
  // So long that p99 is more than the first requests, which wait for their connections.
  const seconds = quick ? 2 : 6
  const chosen = behaviours(seconds).filter(({ kind }) => !quick || quickKinds.has(kind))
  return chosen.flatMap((behaviour) =>
    (['open', 'closed'] as const).flatMap((model) =>
      levels[model]
        .slice(quick ? 1 : 0, quick ? 2 : 3)
        .map((level) => ({ behaviour, model, level, seconds })),
    ),
  )
}

const quickKinds = new Set(['lognormal', 'stall', 'slow-body', 'resets'])

export function nameOf({ behaviour, model, level }: Cell): string {
  return `${behaviour.kind}, ${model === 'open' ? `${level}/s` : `${level} users`}`
}
