import { type Metric, Registry } from 'prom-client'
import { type Buckets, countOf, sumOf } from './buckets.ts'

type Labels = Readonly<Record<string, string>>

/** One line of the metrics page. */
export interface Sample {
  /** @default the family's name */
  metricName?: string
  value: number
  labels?: Labels
  /** Labels that many samples have in common, as one and the same object: they are formatted once. */
  sharedLabels?: Labels
}

/** One metric, whose samples are made when the page is asked for. */
export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  samples: () => Sample[]
}

/** The metrics page in the Prometheus text format, 0.0.4. */
export interface Exposition {
  contentType: string
  page(): Promise<string>
}

/** A page of `families`, followed by what stands in the other registries. */
export function createExposition(families: readonly Family[], others: readonly Registry[] = []): Exposition {
  const registry = new Registry()
  for (const family of families) registry.registerMetric(metricOf(family))
  return {
    contentType: registry.contentType,
    async page() {
      const pages = await Promise.all([registry, ...others].map((each) => each.metrics()))
      return pages.join('\n')
    },
  }
}

/** The samples of one set of buckets: cumulative, in seconds, with sum and count. */
export function bucketSamples(name: string, buckets: Buckets, sharedLabels: Labels = {}): Sample[] {
  const samples: Sample[] = []
  let cumulative = 0
  for (const [index, bound] of buckets.boundsMs.entries()) {
    cumulative += buckets.cells[index]!
    const labels = { le: String(bound / 1000) }
    samples.push({ metricName: `${name}_bucket`, value: cumulative, labels, sharedLabels })
  }
  const count = countOf(buckets)
  samples.push(
    { metricName: `${name}_bucket`, value: count, labels: { le: '+Inf' }, sharedLabels },
    { metricName: `${name}_sum`, value: sumOf(buckets) / 1000, sharedLabels },
    { metricName: `${name}_count`, value: count, sharedLabels },
  )
  return samples
}

/** prom-client prints any object with these fields; its own classes would keep a second copy of every count. */
function metricOf({ name, help, type, samples }: Family): Metric {
  const get = async () => ({ name, help, type, aggregator: 'sum', values: samples() })
  return { name, help, type, get } as unknown as Metric
}
