import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Family } from './exposition.ts'
import type { DelayFigures, ProcessSampler } from './process-sampler.ts'

const figures: (keyof DelayFigures)[] = ['min', 'mean', 'p50', 'p90', 'p99', 'max']
const lagName = (figure: string) => `nodejs_eventloop_lag_${figure}_seconds`

/** The event loop, under the names that dashboards for Node know. */
export function eventLoopFamilies(sampler: ProcessSampler): Family[] {
  return [
    {
      name: 'nodejs_eventloop_utilization_ratio',
      help: 'Share of the time since the last scrape in which the event loop was not idle.',
      type: 'gauge',
      aggregator: 'average',
      samples: () => [{ value: sampler.sample().eventLoopUtilisation }],
    },
    ...figures.map<Family>((figure) => ({
      name: lagName(figure),
      help: `How late the event loop was since the last scrape: ${figure}.`,
      type: 'gauge',
      aggregator: figure === 'min' || figure === 'max' ? figure : 'average',
      samples() {
        const { eventLoopDelayMs } = sampler.sample()
        return eventLoopDelayMs === null ? [] : [{ value: eventLoopDelayMs[figure] / 1000 }]
      },
    })),
  ]
}

let shared: Registry | undefined

/**
 * What prom-client knows of the process (CPU, memory, garbage collection, handles), one registry for all monitors: its
 * collectors observe until the process ends, and a second set would only cost. They keep nothing alive.
 *
 * Its figures of event-loop lag are left out, and its look at the event loop made rare: they hold the sampling
 * interval (an idle process shows 10 ms), and a second scrape within one interval reads not-a-number and 292 years.
 */
export function processRegistry(): Registry {
  if (shared) return shared
  shared = new Registry()
  collectDefaultMetrics({ register: shared, eventLoopMonitoringPrecision: 1_000 })
  for (const figure of [...figures, 'stddev']) shared.removeSingleMetric(lagName(figure))
  return shared
}
