import { AggregatorRegistry, type Metric, Registry } from 'prom-client'
import { type Buckets, countOf, sumOf } from './buckets.ts'
import { guardSeries, type SeriesGuard } from './series-guard.ts'

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
  /** How the figures of several processes make one; `first` is that of the process that was asked. @default sum */
  aggregator?: 'sum' | 'average' | 'min' | 'max' | 'first'
  samples: () => Sample[]
}

/** One whose samples have to be waited for. */
export type LateFamily = Omit<Family, 'samples'> & { samples: () => Promise<Sample[]> }

/** The metrics of one process as plain data, for another that puts them together. */
export type MetricsShare = readonly (Omit<Family, 'samples'> & { values: readonly Sample[] })[]

/** The metrics page in the Prometheus text format, 0.0.4. */
export interface Exposition {
  contentType: string
  /** Of this process, and of those whose shares are given. */
  page(others?: readonly MetricsShare[]): Promise<string>
  share(): Promise<MetricsShare>
  /** Puts all of it into another registry, but for what that has already under the same name. */
  mergeInto(register: Registry): void
}

/** A page of `families`, followed by what stands in the other registries. */
export function createExposition(
  families: readonly (Family | LateFamily)[],
  others: readonly Registry[] = [],
): Exposition {
  const registry = new Registry()
  const guard = guardSeries()
  for (const family of [...families, guard.family]) registry.registerMetric(metricOf(family, guard))
  const all = [registry, ...others]

  async function share(): Promise<MetricsShare> {
    const lists = await Promise.all(all.map((each) => each.getMetricsAsJSON()))
    return lists.flat().map((metric) => plain(metric as unknown as MetricsShare[number]))
  }

  return {
    contentType: registry.contentType,
    share,
    async page(shares = []) {
      if (shares.length > 0) {
        return AggregatorRegistry.aggregate([await share(), ...shares]).metrics()
      }
      const pages = await Promise.all(all.map((each) => each.metrics()))
      return pages.join('\n')
    },
    mergeInto(register) {
      for (const metric of all.flatMap((each) => each.getMetricsAsArray())) {
        const { name } = metric as unknown as Family
        if (register.getSingleMetric(name) === undefined) register.registerMetric(metric as unknown as Metric)
      }
    },
  }
}

/** Shared labels are an object that is formatted once; another process has no such object. */
function plain({ values, ...metric }: MetricsShare[number]): MetricsShare[number] {
  return {
    ...metric,
    values: values.map(({ metricName, value, labels, sharedLabels }) => ({
      ...(metricName !== undefined && { metricName }),
      value,
      labels: { ...sharedLabels, ...labels },
    })),
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
function metricOf(
  { name, help, type, aggregator = 'sum', samples }: Family | LateFamily,
  { limit }: SeriesGuard,
): Metric {
  const get = async () => ({ name, help, type, aggregator, values: limit(name, type, await samples()) })
  return { name, help, type, aggregator, get } as unknown as Metric
}
