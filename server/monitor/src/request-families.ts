import { bucketSamples, type Family } from './exposition.ts'
import { countOf } from './buckets.ts'
import type { LabelSet } from './label-sets.ts'
import type { RequestMetrics } from './request-metrics.ts'

/** The metrics of requests, under their conventional names. */
export function requestFamilies(requests: RequestMetrics): Family[] {
  return [
    {
      name: 'http_requests_total',
      help: 'Requests answered.',
      type: 'counter',
      samples: () =>
        requests
          .labelSets()
          .map(({ labels, durations }) => ({ sharedLabels: labels, value: countOf(durations) })),
    },
    {
      name: 'http_errors_total',
      help: 'Requests answered with a status from 400: client_error below 500, server_error from there.',
      type: 'counter',
      samples: () => errorSamples(requests.labelSets()),
    },
    {
      name: 'http_request_duration_seconds',
      help: 'From reading the request head to the end of the answer.',
      type: 'histogram',
      samples: () =>
        requests
          .labelSets()
          .flatMap(({ labels, durations }) =>
            bucketSamples('http_request_duration_seconds', durations, labels),
          ),
    },
    {
      name: 'hotpath_http_response_bytes_total',
      help: 'Bytes of answer bodies sent.',
      type: 'counter',
      samples: () => [{ value: requests.totals().responseBytes }],
    },
  ]
}

/** One sample per method, route and kind of error. */
function errorSamples(sets: readonly LabelSet[]) {
  const samples = new Map<string, { labels: Record<string, string>; value: number }>()
  for (const { labels, durations } of sets) {
    const type = labels.status.startsWith('5') ? 'server_error' : 'client_error'
    if (type === 'client_error' && !labels.status.startsWith('4')) continue
    const { method, route } = labels
    const key = `${method} ${route} ${type}`
    const sample = samples.get(key) ?? { labels: { method, route, type }, value: 0 }
    sample.value += countOf(durations)
    samples.set(key, sample)
  }
  return [...samples.values()]
}
