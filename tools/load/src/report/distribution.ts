import { binsOf, type Histogram, histogramFromJSON } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'
import { chart, linearAxis, logAxis } from './chart.ts'
import { count, figure, ms } from './figures.ts'
import { html, type Markup, nothing } from './markup.ts'
import { logTicks, ticksUpTo } from './scale.ts'
import { chartTable } from './table.ts'

const binCount = 44
const smallestMs = 0.001

/** The distribution of the response times, and its percentiles out to the rarest. */
export function distributionCards({ histograms }: RunResult): Markup {
  if (!histograms || histograms.response.count === 0) return nothing
  const histogram = histogramFromJSON(histograms.response)
  return html`${barsCard(histogram)}${percentilesCard(histogram)}`
}

function barsCard(histogram: Histogram): Markup {
  const bins = binsOf(histogram, binCount)
  const title = 'Distribution of response times'
  const edges = [...bins.map(({ from }) => from), bins.at(-1)!.to]
  const most = Math.max(...bins.map((bin) => bin.count))
  return html`<section class="card">
    <h3>${title}</h3>
    ${chart({
      title: `${title}, on a logarithmic axis`,
      x: logAxis(thinned(logTicks(edges[0]!, edges.at(-1)!), 8), ms),
      y: linearAxis(ticksUpTo(most, 4), figure),
      xs: edges,
      series: [{ name: 'requests', values: bins.map((bin) => bin.count) }],
      bars: true,
    })}${chartTable(
      title,
      ['Up to', 'Requests'],
      bins.map((bin) => [ms(bin.to), count(bin.count)]),
    )}
  </section>`
}

/** Every n-th tick, both ends kept, so that labels do not touch. */
function thinned(ticks: readonly number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most)
  return ticks.filter((_, index) => index % every === 0 || index === ticks.length - 1)
}

const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999, 0.999999]

function percentilesCard(histogram: Histogram): Markup {
  // A share of which there is less than one request would repeat the slowest one.
  const known = shares.filter((share) => histogram.count() * (1 - share) >= 1)
  const times = known.map((share) => Math.max(smallestMs, histogram.quantile(share)))
  const rarity = known.map((share) => 1 / (1 - share))
  const title = 'Response time by percentile'
  const label = (value: number) => `${Number((100 * (1 - 1 / value)).toPrecision(7))}%`
  return html`<section class="card">
    <h3>${title}</h3>
    ${chart({
      title: `${title}, on logarithmic axes`,
      x: logAxis(
        [1, ...[2, 10, 100, 1000, 10_000, 100_000].filter((tick) => tick <= rarity.at(-1)! * 2)],
        label,
      ),
      y: logAxis(thinned(logTicks(Math.min(...times), Math.max(...times)), 6), ms),
      xs: rarity,
      series: [{ name: 'response time', values: times }],
    })}${chartTable(
      title,
      ['Percentile', 'Within'],
      [
        ...known.map((share, index): [string, string] => [
          `${Number((share * 100).toFixed(4))}%`,
          ms(times[index]!),
        ]),
        ['max', ms(histogram.max())],
      ],
    )}
  </section>`
}
