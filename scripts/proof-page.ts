import { formatBytes, formatDuration, formatValue } from '@hotpath/core'

/** What `hotpath prove <app> --out benchmarks/results/prove-<app>.json` kept; the parts that the page shows. */
export interface SavedProof {
  app: string
  date: string
  machine: string
  database: string
  databaseVersion: string
  targets: {
    id: string
    title: string
    target: string
    measured: number | null
    unit: Parameters<typeof formatValue>[1]
    verdict: string
    reason?: string
  }[]
  comparisons: Record<
    string,
    { on: Figures; off: Figures; onOff: Record<string, number>; commonRate: number }
  >
  notes: string[]
}

interface Figures {
  requestsPerSecond: number
  requestsPerCpuSecond: number
  requestsPerCpuSecondWithDatabase: number | null
  p95Ms: number
  statementsPerRequest: number
  bytesPerRequest: number
}

/** The reference page of the applications' targets, as last measured. */
export function proofPage(proofs: readonly SavedProof[]): string {
  return [
    '# Targets, measured',
    '',
    'What each application promises, held against what `hotpath prove <app>` measured, layer on; then the layer on against off, in the same run. Read the ratios, not the absolute figures. This page is generated from `benchmarks/results/` (`npm run docs`).',
    '',
    ...proofs.flatMap((proof) => [
      `## ${proof.app}`,
      '',
      `Measured on ${proof.date.slice(0, 10)} with ${proof.database} ${proof.databaseVersion}: ${proof.machine}.`,
      '',
      '| id | target | budget | measured | verdict | |',
      '|---|---|---|--:|---|---|',
      ...proof.targets.map(
        ({ id, title, target, measured, unit, verdict, reason = '' }) =>
          `| ${id} | ${title} | \`${target}\` | ${measured === null ? '—' : formatValue(measured, unit)} | ${verdict === 'missed' ? '**missed**' : verdict} | ${reason} |`,
      ),
      '',
      ...Object.entries(proof.comparisons).flatMap(([database, comparison]) =>
        comparisonTable(database, comparison),
      ),
      ...proof.notes.flatMap((note) => [note, '']),
    ]),
  ].join('\n')
}

function comparisonTable(
  database: string,
  { on, off, commonRate }: SavedProof['comparisons'][string],
): string[] {
  const row = (what: string, pick: (side: Figures) => number, print: (value: number) => string) =>
    `| ${what} | ${print(pick(on))} | ${print(pick(off))} | ${Number((pick(on) / pick(off)).toPrecision(3))} |`
  const count = (value: number) =>
    (value >= 100 ? Math.round(value) : Number(value.toPrecision(2))).toLocaleString('en-US')
  const withDatabase =
    on.requestsPerCpuSecondWithDatabase !== null && off.requestsPerCpuSecondWithDatabase !== null
  return [
    `### Layer on against off, ${database}`,
    '',
    '| | on | off | on ÷ off |',
    '|---|--:|--:|--:|',
    row('Requests per CPU-second of the application', (side) => side.requestsPerCpuSecond, count),
    ...(withDatabase
      ? [row('… the database server included', (side) => side.requestsPerCpuSecondWithDatabase ?? 0, count)]
      : []),
    row('Requests/s, saturated', (side) => side.requestsPerSecond, count),
    row(`p95 at ${count(commonRate)}/s`, (side) => side.p95Ms, formatDuration),
    row('Statements per request', (side) => side.statementsPerRequest, count),
    row('Bytes per request', (side) => side.bytesPerRequest, formatBytes),
    '',
  ]
}
