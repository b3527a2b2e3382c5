import { median } from '@hotpath/core'
import { applicationCore, nameOf } from '../capacity/civicq.ts'
import { type Coverage, measureCoverage } from '../capacity/coverage.ts'
import { learnSpeedOf } from '../capacity/core-speed.ts'
import { type KneeOutcome, kneeText, measureKnees } from '../capacity/knees.ts'
import { promised } from '../capacity/search.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { programVersion } from '../versions.ts'

/** Do forecasts of capacity come true? On simulated servers, and on CivicQ driven to its knee. */
export const capacity: Suite = {
  name: 'capacity',
  drivesLoad: true,
  description: 'forecasts from low load beside the truth: simulated servers, and CivicQ at its knee',
  versions: () => ({ postgres: programVersion('psql', '--version') }),
  run,
}

/** Fewer configurations do not decide. */
const fewest = 8

async function run({ quick, progress, awake }: SuiteContext): Promise<BarResult[]> {
  const servers = quick ? 40 : 240
  progress(`${servers} simulated servers`)
  const coverage = measureCoverage(servers)
  progress('the full speed of the cores')
  using coreSpeed = await learnSpeedOf(applicationCore, awake)
  const knees = await measureKnees({ quick, progress, coreSpeed })
  return [...coverageBars(coverage), kneeBar(knees)]
}

function coverageBars({ servers, refused, inside, error, width, refusesFar }: Coverage): BarResult[] {
  const what = `of ${servers} simulated servers, measured at up to 60 % of it (${refused} refused)`
  return [
    {
      id: 'simulated-coverage',
      what: `80 % intervals that hold the true knee ${what}; they are ${(100 * width).toFixed(0)} % wide`,
      ours: inside,
      peers: {},
      unit: 'of all',
      ratio: inside,
      bar: '0.70 to 0.95',
      holds: inside >= 0.7 && inside <= 0.95,
    },
    {
      id: 'simulated-error',
      what: `Median error of the knee ${what}`,
      ours: error,
      peers: {},
      unit: 'of the knee',
      ratio: error,
      bar: '≤ 0.15',
      holds: error <= 0.15,
    },
    {
      id: 'refusal',
      what: 'Questions about more than twice the measured rates that are refused',
      ours: refusesFar ? 1 : 0,
      peers: {},
      unit: 'of all',
      ratio: refusesFar ? 1 : 0,
      bar: 'all',
      holds: refusesFar,
    },
  ]
}

/** What was refused or could not be measured counts as infinitely wrong: a median without it would be of the easy ones. */
function kneeBar(knees: readonly KneeOutcome[]): BarResult {
  const errors = knees.map((knee) =>
    'reason' in knee || 'refused' in knee.forecast
      ? Number.POSITIVE_INFINITY
      : Math.abs(knee.forecast.prediction.value / knee.found - 1),
  )
  const given = errors.filter(Number.isFinite).length
  const middle = median(errors)
  return {
    id: 'civicq-knee',
    what: `Median error of the knee of CivicQ (${promised.budgets[0]}) over ${knees.length} configurations, forecast from runs at up to 60 % of it; ${given} gave a forecast, and any other counts as infinitely wrong`,
    ours: middle,
    peers: {},
    unit: 'of the knee',
    ratio: middle,
    bar: `≤ 0.15 over at least ${fewest} configurations`,
    holds: middle <= 0.15 && given >= fewest,
    cells: Object.fromEntries([
      ['median error', Number.isFinite(middle) ? `${(100 * middle).toFixed(1)} %` : 'not measured'],
      ...knees.map((knee) => [nameOf(knee.configuration), kneeText(knee)]),
    ]),
  }
}
