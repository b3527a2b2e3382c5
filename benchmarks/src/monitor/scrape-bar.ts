import { channel } from 'node:diagnostics_channel'
import { performance } from 'node:perf_hooks'
import { median } from '@hotpath/core'
import { httpChannels } from '@hotpath/http/channels'
import type { BarResult, SuiteContext } from '../suite.ts'
import { finished, monitorOf } from './observing.ts'

const series = 5_000
const mostMs = 50

/** How long the event loop is busy with a metrics page of 5,000 series. */
export async function scrapeBar({ quick, progress }: SuiteContext): Promise<BarResult> {
  const monitor = monitorOf(500)
  const requests = channel(httpChannels.request)
  const linesOf = async () => (await monitor.metrics()).body.match(/^[a-z]/gm)?.length ?? 0
  for (let route = 0; (await linesOf()) < series; route++) requests.publish(finished(route))
  const lines = await linesOf()
  progress(`scraping ${lines} series`)
  const busy: number[] = []
  for (let round = 0; round < (quick ? 10 : 60); round++) {
    const before = performance.eventLoopUtilization()
    await monitor.metrics()
    busy.push(performance.eventLoopUtilization(before).active)
  }
  monitor.close()
  // The first ones compile.
  const settled = busy.slice(5)
  const longest = Math.max(...settled)
  return {
    id: 'scrape-5000-series',
    what: `The event loop's time for a metrics page of ${lines} series: the longest of ${settled.length} scrapes`,
    ours: longest,
    peers: { 'the median of them': median(settled) },
    unit: 'ms',
    ratio: longest / mostMs,
    bar: `< ${mostMs} ms`,
    holds: longest < mostMs,
  }
}
