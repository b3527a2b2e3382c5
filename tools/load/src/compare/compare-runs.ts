import { rankSumInterval } from '@hotpath/core'
import { runFigures, type StoredRun } from '../baseline/stored-run.ts'
import { environmentDifferences } from '../environment.ts'
import { checkMargin, type Comparison } from './compare.ts'
import { deviation } from './judge-pairs.ts'
import { comparedMetrics, type Metric, type Sample, worsening } from './metrics.ts'
import { judgeMetric, type MetricVerdict, overall } from './verdict.ts'

/** The figures of a stored run that comparisons know. */
export function sampleOf(run: StoredRun): Sample {
  const figures = runFigures.flatMap(({ name, of }): [string, number][] => {
    const value = of(run)
    return value === null || !Number.isFinite(value) ? [] : [[name, value]]
  })
  return Object.fromEntries(figures)
}

/**
 * Compares stored runs. They were not taken in pairs, so all of one side are held against all of the other (Mann and
 * Whitney, Hodges and Lehmann; Bonferroni over the gating metrics), and whatever changed between the times counts as
 * a difference. Of more than 60 runs of a side the newest count. Runs that differ in machine or load are never called anything but INCONCLUSIVE.
 * @throws HP_LOAD_OPTION
 */
export function compareRuns(
  allOfA: readonly StoredRun[],
  allOfB: readonly StoredRun[],
  { margin = 0.05 }: { margin?: number } = {},
): Comparison {
  checkMargin(margin)
  const [a, b] = [newest(allOfA), newest(allOfB)]
  const invalid = [...a, ...b].filter(({ verdict }) => verdict !== 'VALID').length
  const metrics = judgeUnpaired(comparedMetrics, { a: a.map(sampleOf), b: b.map(sampleOf) }, margin)
  const differences = differencesOf(a, b)
  const notes = [...notesOn(a, b, metrics), ...differences]
  const rest = { metrics, pairs: Math.min(a.length, b.length), samples: [] }
  if (invalid > 0) {
    return { verdict: 'INVALID', ...rest, notes: [`${invalid} of the runs are not VALID.`, ...notes] }
  }
  return { verdict: differences.length > 0 ? 'INCONCLUSIVE' : overall(metrics), ...rest, notes }
}

/** The exact interval is made for so many runs of a side. */
const mostRuns = 60

function newest(runs: readonly StoredRun[]): StoredRun[] {
  return runs.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)).slice(-mostRuns)
}

/**
 * Judges metrics by samples that were not taken in pairs: all of one side against all of the other, corrected by
 * Bonferroni for the number of gating metrics. A metric that either side lacks is left out.
 */
export function judgeUnpaired(
  metrics: readonly Metric[],
  sides: { a: readonly Sample[]; b: readonly Sample[] },
  margin: number,
): MetricVerdict[] {
  const having = (samples: readonly Sample[], { name }: Metric) =>
    samples.filter((sample) => sample[name] !== undefined)
  const shared = metrics.filter(
    (metric) => having(sides.a, metric).length > 0 && having(sides.b, metric).length > 0,
  )
  const alpha = 0.05 / Math.max(1, shared.filter(({ gating }) => gating).length)
  return shared.flatMap((metric) => {
    const [a, b] = [having(sides.a, metric), having(sides.b, metric)]
    const logs = (samples: readonly Sample[]) =>
      samples.flatMap((sample) => worsening(metric, a[0]!, sample) ?? [])
    const [before, after] = [logs(a), logs(b)]
    if (before.length < a.length || after.length < b.length) return []
    const interval = rankSumInterval(before, after, 1 - alpha)
    const evidence = {
      metric,
      interval,
      significant: interval.low > 0 || interval.high < 0,
      spread: Math.hypot(deviation(before), deviation(after)),
      count: Math.min(a.length, b.length),
      alpha,
      a,
      b,
    }
    return judgeMetric(evidence, margin)
  })
}

function notesOn(
  a: readonly StoredRun[],
  b: readonly StoredRun[],
  metrics: readonly MetricVerdict[],
): string[] {
  const several = 'measure both anew with `hotpath compare --a … --b …`, which takes them in turn.'
  if (a.length === 1 && b.length === 1) {
    return [`One run of either side has no interval, whatever its ratio: ${several}`]
  }
  if (metrics.some(({ low, high }) => low === null || high === null)) {
    return [`${a.length} and ${b.length} runs are too few for an interval: ${several}`]
  }
  return [
    'The runs were not taken in turn, so what else changed between the times counts as a difference, too.',
  ]
}

/** Why the runs do not speak of the same thing: machines, and how the load was driven. */
function differencesOf(a: readonly StoredRun[], b: readonly StoredRun[]): string[] {
  const [first, ...others] = [...a, ...b]
  const found = new Set<string>()
  for (const other of others) {
    if (first?.environment && other.environment) {
      for (const difference of environmentDifferences(first.environment, other.environment))
        found.add(difference)
    } else if (first?.environment ?? other.environment) found.add('Some runs do not say where they ran.')
    for (const difference of loadDifferences(first!, other)) found.add(difference)
  }
  return [...found]
}

function loadDifferences(a: StoredRun, b: StoredRun): string[] {
  const names = ['rate', 'users', 'durationMs', 'arrivals'] as const
  const models = a.model === b.model ? [] : [`One load was ${a.model}, one ${b.model}.`]
  return [
    ...models,
    ...names
      .filter((name) => a.target[name] !== b.target[name])
      .map((name) => `They were driven with different ${name}: ${a.target[name]}, and ${b.target[name]}.`),
  ]
}
