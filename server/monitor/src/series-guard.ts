import { setImmediate } from 'node:timers/promises'
import type { Family, LateFamily, Sample } from './exposition.ts'

/** Keeps a metric whose labels are open from filling the page, and whoever stores it. */
export interface SeriesGuard {
  /** What may be shown of a metric: the first so many series. */
  limit(name: string, type: Family['type'], samples: Sample[]): Sample[]
  /** Says which metrics were cut, and by how many series. */
  readonly family: LateFamily
}

/** Most series of one metric. Histograms are bounded where they are counted: a part of one would be wrong. */
const mostSeries = 2_000

/** Makes one. Its own figures wait for a turn of the event loop, so that all others were looked at. */
export function guardSeries(): SeriesGuard {
  const cut = new Map<string, number>()
  return {
    limit(name, type, samples) {
      if (type === 'histogram' || samples.length <= mostSeries) return samples
      cut.set(name, samples.length - mostSeries)
      return samples.slice(0, mostSeries)
    },
    family: {
      name: 'hotpath_metrics_series_dropped',
      help: 'Series that a metric has too many of, and that are left out.',
      type: 'gauge',
      aggregator: 'max',
      async samples() {
        await setImmediate()
        return [...cut].map(([metric, value]) => ({ value, labels: { metric } }))
      },
    },
  }
}
