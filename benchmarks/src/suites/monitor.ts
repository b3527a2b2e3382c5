import { costBars } from '../monitor/cost-bars.ts'
import { overheadBars } from '../monitor/overhead-bars.ts'
import { scrapeBar } from '../monitor/scrape-bar.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** What watching costs. */
export const monitor: Suite = {
  name: 'monitor',
  description: 'what observing costs: throughput of CivicQ, a request, a scrape',
  versions: () => ({ 'prom-client': packageVersion('prom-client'), wrk: programVersion('wrk', '-v') }),
  async run(context) {
    return [...(await overheadBars(context)), ...costBars(context), await scrapeBar(context)]
  },
}
