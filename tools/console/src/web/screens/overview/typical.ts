import type { TraceSummary } from '@hotpath/core'

/** The request in the middle, and the one that only one in twenty is slower than. */
export interface Typical {
  median: TraceSummary
  p95: TraceSummary
}

/**
 * Two requests that stand for the others. Only those that were kept at random are asked: of the slow and the failed all
 * are kept, and they would stand for themselves. Null where there are none.
 */
export function typicalTraces(traces: readonly TraceSummary[]): Typical | null {
  const drawn = traces
    .filter(({ kept }) => kept === 'sample')
    .toSorted((a, b) => a.durationMs - b.durationMs || (a.id < b.id ? -1 : 1))
  const at = (share: number) => drawn[Math.min(drawn.length - 1, Math.floor(share * drawn.length))]
  const [median, p95] = [at(0.5), at(0.95)]
  return median && p95 ? { median, p95 } : null
}
