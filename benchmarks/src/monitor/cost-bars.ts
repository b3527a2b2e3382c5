import { channel } from 'node:diagnostics_channel'
import { median } from '@hotpath/core'
import { httpChannels } from '@hotpath/http/channels'
import { Histogram, Registry } from 'prom-client'
import type { BarResult, SuiteContext } from '../suite.ts'
import { finished, monitorOf } from './observing.ts'

const mostNanos = 300
const routes = 40

/** What one observed request costs, beside observing its duration with prom-client alone. */
export function costBars({ quick, progress }: SuiteContext): BarResult[] {
  const times = quick ? 200_000 : 2_000_000
  const rounds = quick ? 3 : 9
  const monitor = monitorOf(routes)
  const messages = Array.from({ length: routes }, (_, index) => finished(index))
  const requests = channel(httpChannels.request)
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Beside ours.',
    labelNames: ['method', 'route', 'status'],
    registers: [new Registry()],
  })
  const observe = ({ method, route, status, durationMs }: (typeof messages)[number]) =>
    histogram.observe({ method, route, status }, durationMs / 1000)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round <= rounds; round++) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    const nanos = nanosOf(times, (index) => requests.publish(messages[index % routes]!))
    const beside = nanosOf(times, (index) => observe(messages[index % routes]!))
    if (round === 0) continue
    ours.push(nanos)
    theirs.push(beside)
  }
  monitor.close()
  const cost = median(ours)
  return [
    {
      id: 'cost-per-request',
      what: 'CPU time to observe one request: counters, histograms, windows, timeline, alerts, traces of hits',
      ours: cost,
      peers: { 'prom-client observe': median(theirs) },
      unit: 'ns',
      ratio: cost / mostNanos,
      bar: `≤ ${mostNanos} ns`,
      holds: cost <= mostNanos,
    },
  ]
}

function nanosOf(times: number, work: (index: number) => void): number {
  const begun = process.cpuUsage()
  for (let index = 0; index < times; index++) work(index)
  const { user, system } = process.cpuUsage(begun)
  return ((user + system) * 1_000) / times
}
