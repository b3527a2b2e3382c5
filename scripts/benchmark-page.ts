import type { BarResult } from '../benchmarks/src/suite.ts'
import { isWorded, raceTable } from './race-table.ts'

/** A run that `npm run bench -- <suite> --save` kept. */
export interface SavedRun {
  suite: string
  date: string
  machine: string
  versions: Record<string, string>
  results: readonly BarResult[]
}

/** The reference page of measured figures, newest run of each suite. */
export function benchmarkPage(runs: readonly SavedRun[]): string {
  const sections = runs.map((run) =>
    [
      `## ${run.suite}`,
      '',
      `Measured on ${run.date.slice(0, 10)}: ${run.machine}. Versions: ${Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}.`,
      '',
      ...(run.results.every(isWorded) ? raceTable(run.results) : figureTable(run.results)),
    ].join('\n'),
  )
  return [
    '# Benchmarks',
    '',
    'Ours beside the peers, interleaved in one run on one machine; read the ratios, not the absolute figures. Repeat one with `npm run bench -- <suite>`. This page is generated from `benchmarks/results/` (`npm run docs`).',
    '',
    ...sections,
  ].join('\n')
}

/** JSON has no infinity: what could not be measured came out of it as null. */
const figure = (value: number | null) => {
  if (value === null) return '—'
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)))
}

function figureTable(results: readonly BarResult[]): string[] {
  return [
    '| what | Hotpath | beside it | unit | ratio | bar | |',
    '|---|--:|---|---|--:|---|---|',
    ...results.map(
      (bar) =>
        `| ${bar.what} | ${figure(bar.ours)} | ${Object.entries(bar.peers)
          .map(([name, value]) => `${name} ${figure(value)}`)
          .join(
            ', ',
          )} | ${bar.unit} | ${figure(bar.ratio)} | ${bar.bar} | ${bar.holds ? 'holds' : '**missed**'} |`,
    ),
    '',
    ...results.flatMap(cellList),
  ]
}

/** What came of each cell, for those who want to know. */
function cellList({ what, cells }: BarResult): string[] {
  if (!cells) return []
  const lines = Object.entries(cells).map(([name, cell]) => `- ${name}: ${cell}`)
  return [
    '<details>',
    `<summary>${what.replaceAll('<', '&lt;')}</summary>`,
    '',
    ...lines,
    '',
    '</details>',
    '',
  ]
}
