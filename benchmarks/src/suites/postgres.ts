import { advisorBars } from '../postgres/advisor-bars.ts'
import { queryCacheBars } from '../postgres/query-cache-bars.ts'
import { replicaBars } from '../postgres/replica-bars.ts'
import { measureTapCost } from '../postgres/tap-cost.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** What the layer costs a statement, and what its advice is worth, on a real server. */
export const postgres: Suite = {
  name: 'postgres',
  description:
    'the tap on against off; replicas; cached results; index advice beside rules that trust the planner',
  versions: () => ({ pg: packageVersion('pg'), postgres: programVersion('psql', '--version') }),
  run,
}

async function run(context: SuiteContext): Promise<BarResult[]> {
  const { quick, progress } = context
  progress('tap on against off')
  const cost = await measureTapCost(quick ? 40 : 200)
  const bar = {
    unit: 'reads/s',
    bar: '≥ 0.95 × the same pool without the tap',
    peers: { 'without the tap': cost.bare },
  }
  return [
    {
      ...bar,
      id: 'tap-point-read',
      what: 'Point reads through a pg Pool with the tap',
      ours: cost.tapped,
      ratio: cost.ratio,
      holds: cost.ratio >= 0.95,
    },
    {
      ...bar,
      id: 'tap-point-read-in-requests',
      what: 'The same, each read in a request of its own',
      ours: cost.inRequests,
      ratio: cost.ratioInRequests,
      holds: cost.ratioInRequests >= 0.95,
    },
    ...(await replicaBars(context)),
    ...(await queryCacheBars(context)),
    ...(await advisorBars(context)),
  ]
}
