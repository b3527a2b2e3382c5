import { formatBytes, formatDuration, formatValue } from '@hotpath/core'
import { findApp } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { buildPages } from '../pages/build-pages.ts'
import type { Comparison } from '../prove/compare-layers.ts'
import { measureProof, type DatabaseKind, type Proof } from '../prove/proof.ts'
import type { OnOff } from '../prove/figures.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'

export interface ProveOptions {
  quick: boolean
  seed: number
  out?: string
  json: boolean
}

/** Measures an application's targets and prints each with its value and verdict, then the layer on against off. */
export async function prove(name: string | undefined, options: ProveOptions): Promise<number> {
  const app = findApp(name)
  const out = openOutFile(options.out)
  const bars = createProgressBars()
  await buildPages(bars.report)
  const proof = await measureProof(app, { quick: options.quick, seed: options.seed, onProgress: bars.report })
  bars.end()
  if (options.json) printJson(proof)
  else printProof(proof)
  out.write(proof)
  if (Object.values(proof.comparisons).some(({ invalid }) => invalid !== null)) return exitCode.invalid
  return proof.targets.some(({ verdict }) => verdict === 'missed') ? exitCode.broken : exitCode.ok
}

function printProof(proof: Proof): void {
  print(
    `\n${proof.app}, measured on ${proof.database} ${proof.databaseVersion} in ${formatDuration(proof.tookMs)}\n`,
  )
  const rows = proof.targets.map(({ id, title, target, measured, unit, verdict }) => [
    id,
    title,
    target,
    measured === null ? '—' : formatValue(measured, unit),
    verdict,
  ])
  print(
    renderTable(['Id', 'Target', 'Budget', 'Measured', 'Verdict'], rows, ['left', 'left', 'left', 'right']),
  )
  print('')
  for (const { id, reason } of proof.targets) if (reason) print(`${id}: ${reason.replace(/\.?$/, '.')}`)
  for (const kind of ['postgres', 'pglite'] as const) {
    const comparison = proof.comparisons[kind]
    if (comparison) print(`\n${comparisonTable(kind, comparison)}`)
  }
  for (const note of proof.notes) print(`\n${note}`)
}

function comparisonTable(
  kind: DatabaseKind,
  { on, off, onOff, ...run }: Comparison & { onOff: OnOff },
): string {
  const times = (ratio: number) => `${Number(ratio.toPrecision(3))}×`
  const rows = [
    [
      'Requests per CPU-second',
      count(on.requestsPerCpuSecond),
      count(off.requestsPerCpuSecond),
      times(onOff.requestsPerCpuSecond),
    ],
    [
      'Requests/s, saturated',
      count(on.requestsPerSecond),
      count(off.requestsPerSecond),
      times(onOff.requestsPerSecond),
    ],
    [`p95 at ${run.commonRate}/s`, formatDuration(on.p95Ms), formatDuration(off.p95Ms), times(onOff.p95)],
    [
      'Statements per request',
      small(on.statementsPerRequest),
      small(off.statementsPerRequest),
      times(onOff.statementsPerRequest),
    ],
    [
      'Bytes per request',
      formatBytes(on.bytesPerRequest),
      formatBytes(off.bytesPerRequest),
      times(onOff.bytesPerRequest),
    ],
  ]
  if (on.requestsPerCpuSecondWithDatabase !== null && off.requestsPerCpuSecondWithDatabase !== null) {
    const [withOn, withOff] = [on.requestsPerCpuSecondWithDatabase, off.requestsPerCpuSecondWithDatabase]
    rows.splice(1, 0, [
      '… the database server included',
      count(withOn),
      count(withOff),
      times(withOn / withOff),
    ])
  }
  const title = `Layer on against off, ${kind}`
  const table = renderTable([title, 'On', 'Off', 'On ÷ off'], rows, ['left', 'right', 'right', 'right'])
  const limited = run.generatorLimited.on
    ? '\nSaturated with the layer on, the generator was the limit: read its requests/s as "at least".'
    : ''
  const broken = run.invalid === null ? '' : `\np95 is INVALID: ${run.invalid}`
  return `${table}${limited}${broken}`
}

const count = (value: number) => Math.round(value).toLocaleString('en-US')
const small = (value: number) => String(Number(value.toPrecision(2)))
