import { median } from '@hotpath/core'

export interface Rounds {
  /** Rounds that count. */
  rounds: number
  /** Rounds before them, thrown away. @default 1 */
  warmups?: number
}

/**
 * Measures all in turn, round after round and every second one backwards, so that what happens to the machine meanwhile
 * happens to all.
 */
export async function interleave<Name extends string, Figure>(
  measures: Record<Name, () => Promise<Figure>>,
  { rounds, warmups = 1 }: Rounds,
): Promise<Record<Name, Figure[]>> {
  const order = Object.keys(measures) as Name[]
  const figures = Object.fromEntries(order.map((name) => [name, [] as Figure[]])) as Record<Name, Figure[]>
  for (let round = -warmups; round < rounds; round++) {
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const figure = await measures[name]()
      if (round >= 0) figures[name].push(figure)
    }
  }
  return figures
}

/** The median of one figure of each. */
export function medians<Name extends string, Figure>(
  figures: Record<Name, Figure[]>,
  pick: (figure: Figure) => number,
): Record<Name, number> {
  const entries = Object.entries<Figure[]>(figures).map(([name, all]) => [name, median(all.map(pick))])
  return Object.fromEntries(entries) as Record<Name, number>
}

/** The least that is exceeded by at most the share `1 - q` of the values. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
  if (value === undefined) throw new Error('There is no quantile of nothing.')
  return value
}
