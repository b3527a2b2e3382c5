import { detectors } from '../compare/detectors.ts'
import { compareCivicqWithItself } from '../compare/real-sides.ts'
import { f1, labelledSeries, noiseSeries, scoreOf, type Trouble } from '../compare/series.ts'
import { simulate } from '../compare/simulated.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'

/** Can a verdict be believed? Sides and series whose truth is known, and CivicQ against itself. */
export const compare: Suite = {
  name: 'compare',
  drivesLoad: true,
  description: 'false alarms and power of compare, on simulated sides and on CivicQ; changes found in series',
  versions: () => ({}),
  async run(context) {
    return [...(await simulated(context)), ...history(context), ...(await real(context))]
  },
}

const oneRun = 'one run each, 5 % worse'

async function simulated({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const [same, slower] = quick ? [200, 100] : [3000, 1000]
  progress(`${same} comparisons of simulated equal sides, 3 % noise from run to run`)
  const equal = await simulate(same, 1)
  progress(`${slower} of sides of which one is 10 % slower at p95`)
  const worse = await simulate(slower, 1.1)
  const alarms = equal.regressed + equal.improved
  return [
    {
      id: 'false-alarms',
      what: `Share of ${same} comparisons of equal sides called different`,
      ours: alarms,
      peers: { [oneRun]: equal.regressedByOneRun },
      unit: 'of all',
      ratio: alarms,
      bar: '≤ 5 %',
      holds: alarms <= 0.05,
    },
    {
      id: 'power',
      what: `Share of ${slower} comparisons that found p95 + 10 %, after ${worse.pairs.toFixed(1)} pairs on average, 20 at most`,
      ours: worse.regressed,
      peers: { [oneRun]: worse.regressedByOneRun },
      unit: 'of all',
      ratio: worse.regressed,
      bar: '≥ 80 %',
      holds: worse.regressed >= 0.8,
    },
  ]
}

const seriesLength = 300
const troubles: readonly { trouble: Trouble; id: string; said: string }[] = [
  { trouble: 'none', id: 'history-f1', said: '' },
  { trouble: 'outliers', id: 'history-f1-outliers', said: ', 5 % of the points outliers of up to half' },
  { trouble: 'drift', id: 'history-f1-drift', said: ', and a drift of 8 % per 100 points' },
  { trouble: 'dependence', id: 'history-f1-dependence', said: ' that carries over (r = 0.4)' },
  { trouble: 'wild stretches', id: 'history-f1-wild', said: ', in stretches 9 %' },
]

function history({ quick, progress }: SuiteContext): BarResult[] {
  const series = quick ? 30 : 200
  const found = troubles.map(({ trouble, id, said }): BarResult => {
    progress(`${series} series with known changes, trouble: ${trouble}`)
    const labelled = Array.from({ length: series }, (_, seed) => labelledSeries(seriesLength, trouble, seed))
    const { Hotpath: ours, ...peers } = byDetector((detect) =>
      f1(labelled.map(({ values, changes }) => scoreOf(changes, detect(values)))),
    )
    const what = `F1 within ± 2 points of steps of 5 to 30 % in noise of 3 %${said}`
    return { id, what, ours, peers, unit: 'F1', ratio: ours, bar: '≥ 0.8', holds: ours >= 0.8 }
  })
  const points = quick ? 20_000 : 100_000
  progress(`${points} points of noise without a change`)
  const quiet = Array.from({ length: points / seriesLength }, (_, seed) => noiseSeries(seriesLength, seed))
  const { Hotpath: ours, ...peers } = byDetector(
    (detect) => (1000 * quiet.reduce((sum, values) => sum + detect(values).length, 0)) / points,
  )
  const alarms: BarResult = {
    id: 'history-false-alarms',
    what: `False alarms per 1,000 points in ${points.toLocaleString('en-US')} points of noise`,
    ours,
    peers,
    unit: 'per 1,000',
    ratio: ours,
    bar: '≤ 1',
    holds: ours <= 1,
  }
  return [...found, alarms]
}

function byDetector(measure: (detect: (values: readonly number[]) => number[]) => number) {
  const names = Object.keys(detectors) as (keyof typeof detectors)[]
  return Object.fromEntries(names.map((name) => [name, measure(detectors[name])])) as Record<
    keyof typeof detectors,
    number
  >
}

async function real({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const times = quick ? 2 : 20
  progress(`CivicQ against itself, ${times} times 10 pairs of runs of 1 s`)
  const { falseAlarms, times: done, verdicts, noise } = await compareCivicqWithItself(times)
  const invalid = verdicts.INVALID ?? 0
  const p95 = noise.find(({ name }) => name === 'p95')
  return [
    {
      id: 'real-false-alarms',
      what:
        `Times that CivicQ was REGRESSED against itself, of ${done} (${invalid} of them INVALID)` +
        (p95 ? `; one pair differs by ${(100 * p95.spread).toFixed(0)} % at p95` : ''),
      ours: falseAlarms,
      peers: {},
      unit: `of ${done}`,
      ratio: falseAlarms / done,
      bar: quick ? 'none of 2 (a quick look; the bar is at most 3 of 20)' : 'at most 3 of 20, none INVALID',
      holds: falseAlarms <= (quick ? 0 : 3) && invalid === 0,
    },
  ]
}
