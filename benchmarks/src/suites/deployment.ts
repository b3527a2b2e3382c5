import { applicationCore } from '../capacity/civicq.ts'
import { learnSpeedOf } from '../capacity/core-speed.ts'
import { measurePods, type PodsOutcome } from '../capacity/pods.ts'
import { promised } from '../capacity/search.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { programVersion } from '../versions.ts'

/** CIV-11: what CivicQ in more processes than one does, and does its plan come true? */
export const deployment: Suite = {
  name: 'deployment',
  drivesLoad: true,
  description: "CivicQ in 1 to 8 processes, and its deployment's plan held against what they measure",
  versions: () => ({ postgres: programVersion('psql', '--version') }),
  run,
}

async function run({ quick, progress, awake }: SuiteContext): Promise<BarResult[]> {
  progress('the full speed of the cores')
  using coreSpeed = await learnSpeedOf(applicationCore, awake)
  const pods = await measurePods({ quick, progress, coreSpeed }).catch((error: unknown) => ({
    reason: (error as Error).message,
  }))
  return [podsBar(pods), planBar(pods)]
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
          processes === 1 ? '1 process' : `${processes} processes`,
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
