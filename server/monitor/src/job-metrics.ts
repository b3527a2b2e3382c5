import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type JobMessage, workChannels } from '@hotpath/core'
import { type Buckets, createBuckets, observe } from './buckets.ts'
import { bucketSamples, type Family } from './exposition.ts'
import { createNamedFigures } from './named-figures.ts'

/** Background jobs, by queue. */
export interface JobMetrics {
  families(): Family[]
  close(): void
}

interface Queue {
  inFlight: number
  completed: number
  failed: number
  readonly durations: Buckets
  readonly waits: Buckets
}

/** Jobs take longer than requests: upper bounds in milliseconds, to an hour. */
const boundsMs = Float64Array.of(10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000)

/** Listens to jobs that begin and end, and counts them. Whoever publishes them is not trusted to do it right. */
export function createJobMetrics(): JobMetrics {
  const queues = createNamedFigures<Queue>(() => ({
    inFlight: 0,
    completed: 0,
    failed: 0,
    durations: createBuckets(boundsMs),
    waits: createBuckets(boundsMs),
  }))

  function onJob(published: unknown): void {
    const message = (published ?? {}) as JobMessage
    const { event } = message
    if (event !== 'started' && event !== 'completed' && event !== 'failed') return
    const queue = queues.of(message.queue)
    if (event === 'started') {
      queue.inFlight += 1
      if (message.waitMs !== undefined) observe(queue.waits, message.waitMs)
      return
    }
    // One that began before anybody listened was never counted.
    queue.inFlight = Math.max(0, queue.inFlight - 1)
    queue[event] += 1
    observe(queue.durations, message.durationMs)
  }

  subscribe(workChannels.job, onJob)
  return {
    families: () => familiesOf(queues.all),
    close: () => void unsubscribe(workChannels.job, onJob),
  }
}

function familiesOf(all: () => readonly { name: string; figures: Queue }[]): Family[] {
  const histogram = (name: string, buckets: (queue: Queue) => Buckets, help: string): Family => ({
    name,
    help,
    type: 'histogram',
    samples: () =>
      all().flatMap(({ name: queue, figures }) => bucketSamples(name, buckets(figures), { queue })),
  })
  return [
    {
      name: 'hotpath_jobs_total',
      help: 'Jobs that came to an end.',
      type: 'counter',
      samples: () =>
        all().flatMap(({ name: queue, figures: { completed, failed } }) => [
          { labels: { queue, outcome: 'completed' }, value: completed },
          { labels: { queue, outcome: 'failed' }, value: failed },
        ]),
    },
    {
      name: 'hotpath_jobs_in_flight',
      help: 'Jobs that are running now.',
      type: 'gauge',
      samples: () =>
        all().map(({ name: queue, figures: { inFlight } }) => ({ labels: { queue }, value: inFlight })),
    },
    histogram('hotpath_job_duration_seconds', ({ durations }) => durations, 'How long jobs ran.'),
    histogram(
      'hotpath_job_wait_seconds',
      ({ waits }) => waits,
      'How long jobs lay in their queue after they were due, where that was told.',
    ),
  ]
}
