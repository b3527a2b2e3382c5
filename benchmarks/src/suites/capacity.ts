import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '@hotpath/core'
import { applicationCore, nameOf } from '../capacity/civicq.ts'
import { type Coverage, measureCoverage } from '../capacity/coverage.ts'
import { watchSpeedOf } from '../capacity/core-speed.ts'
import { type KneeOutcome, kneeText, measureKnees } from '../capacity/knees.ts'
import { promised } from '../capacity/search.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { measurePods, type PodsOutcome } from '../capacity/pods.ts'
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
  using coreSpeed = watchSpeedOf(applicationCore, awake)
  await sleep(quick ? 5_000 : 30_000)
  const knees = await measureKnees({ quick, progress, coreSpeed })
  const pods = await measurePods({ quick, progress, coreSpeed }).catch((error: unknown) => ({
    reason: (error as Error).message,
  }))
  return [...coverageBars(coverage), kneeBar(knees), podsBar(pods), planBar(pods)]
}

type Pods = PodsOutcome | { reason: string }

/** One process and two, forecast from the runs of one: on one core two carry no more, and the model has to say so. */
function podsBar(pods: Pods): BarResult {
  const rows = 'reason' in pods ? [] : pods.knees
  const errors = rows.map(({ found, forecast }) =>
    'refused' in forecast ? Number.POSITIVE_INFINITY : Math.abs(forecast.prediction.value / found - 1),
  )
  const worst = errors.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...errors)
  const scaling = 'reason' in pods ? [] : pods.scaling.points
  const one = scaling.find(({ load }) => load === 1)?.throughput
  return {
    id: 'civicq-processes',
    what: `Worst error of the knee of CivicQ in 1 and in 2 processes on one core (${promised.budgets[0]}), forecast from runs of one at up to 60 % of its knee`,
    ours: worst,
    peers: {},
    unit: 'of the knee',
    ratio: worst,
    bar: '≤ 0.15',
    holds: worst <= 0.15,
    cells: {
      ...('reason' in pods && { 'not measured': pods.reason }),
      ...Object.fromEntries(
        rows.map(({ processes, found, forecast }) => [
          `${processes} processes`,
          `found ${found.toFixed(0)}/s, ${'refused' in forecast ? forecast.refused : `forecast ${forecast.prediction.value.toFixed(0)} (${forecast.prediction.low.toFixed(0)} to ${forecast.prediction.high.toFixed(0)})`}`,
        ]),
      ),
      ...Object.fromEntries(
        scaling.map(({ load, throughput }) => [
          `work of ${load} beside ${load} × one`,
          `${((100 * throughput) / (load * one!)).toFixed(0)} %`,
        ]),
      ),
    },
  }
}

/** CIV-11: does the declared deployment carry its users, for what it may cost? */
function planBar(pods: Pods): BarResult {
  const row = {
    id: 'civicq-plan',
    what: "Instances that CivicQ's declared deployment takes for 10,000 users with headroom and a spare one (apps/civicq/plan.ts), simulated from measured processes",
    peers: {},
    unit: 'instances',
    bar: 'carried by 20 at most, for $2,000 to $5,000 a month',
  }
  if ('reason' in pods) {
    const none = Number.POSITIVE_INFINITY
    return { ...row, ours: none, ratio: none, holds: false, cells: { 'not measured': pods.reason } }
  }
  const { check, cost } = pods
  const needed = check.instances ?? Number.POSITIVE_INFINITY
  const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
  return {
    ...row,
    ours: needed,
    ratio: needed,
    holds: check.verdict === 'CARRIES' && cost.judgement === 'inside',
    cells: {
      verdict: check.verdict,
      load: `${figure(check.load.users)} users × ${figure(check.load.requestsPerUser)}/s = ${figure(check.load.rate)}/s`,
      'what ends first': check.resources[0]?.name ?? 'nothing',
      replicas: check.replicas
        ? `${check.replicas.needed ?? 'not enough'}, reads are ${(100 * check.replicas.readShare).toFixed(0)} % of the database's work`
        : 'not seen',
      'a month': `${cost.currency}${cost.total.toFixed(0)}, ${cost.judgement}`,
      ...Object.fromEntries(
        check.resources.map(({ name, used, there, unit }) => [
          name,
          `${figure(used)} of ${figure(there)} ${unit}`,
        ]),
      ),
      ...Object.fromEntries(check.reasons.map((reason, index) => [`reason ${index + 1}`, reason])),
    },
  }
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
