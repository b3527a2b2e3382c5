import type { Calibration, Comparison, MetricVerdict } from '@hotpath/load/compare'
import { renderTable } from '../table.ts'

/** A comparison as a table with its verdict below. */
export function comparisonText({ verdict, metrics, pairs, samples, notes }: Comparison): string {
  const rows = metrics.map((metric) => [
    `${metric.title}${metric.gating ? '' : ' *'}`,
    figure(metric.a),
    figure(metric.b),
    share(metric.ratio),
    metric.low === null || metric.high === null ? '—' : `${share(metric.low)} … ${share(metric.high)}`,
    metric.verdict,
    needed(metric),
  ])
  const header = ['Metric', 'A', 'B', 'B against A', 'Interval', 'Verdict', '']
  const table = renderTable(header, rows, ['left', 'right', 'right', 'right', 'right'])
  const said = [
    samples.length > 0 ? `${pairs} ${pairs === 1 ? 'pair' : 'pairs'} of runs, measured in turn.` : '',
    metrics.some(({ gating }) => !gating) ? '* shown, but not part of the verdict.' : '',
  ].filter((sentence) => sentence !== '')
  return [...(rows.length > 0 ? [table, ''] : []), ...said, ...notes, verdict].join('\n')
}

/** What a comparison of a thing with itself found. */
export function calibrationText({ times, verdicts, falseAlarms, noise }: Calibration): string {
  const rows = noise.map(({ title, spread, detectable }) => [
    title,
    `${(100 * spread).toFixed(1)} %`,
    `${(100 * detectable).toFixed(1)} %`,
  ])
  const counts = Object.entries(verdicts).map(([verdict, count]) => `${count} × ${verdict}`)
  return [
    renderTable(['Metric', 'Noise of a pair', 'Least that is found'], rows, ['left', 'right', 'right']),
    '',
    `A against itself, ${times} times: ${counts.join(', ') || 'nothing'}. False alarms: ${falseAlarms}.`,
  ].join('\n')
}

function needed({ verdict, pairsNeeded }: MetricVerdict): string {
  if (verdict !== 'INCONCLUSIVE') return ''
  return pairsNeeded === undefined ? 'it lies at the margin' : `about ${pairsNeeded} pairs would tell`
}

const figure = (value: number) => String(Number(value.toPrecision(3)))
const share = (ratio: number) => `${ratio >= 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`
