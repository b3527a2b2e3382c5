import { formatDuration } from '@hotpath/core'
import { selftest, type TruthCertificate } from '@hotpath/load/selftest'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'

export interface LoadSelftestOptions {
  quick: boolean
  out?: string
  json: boolean
}

/** Says whether the generator tells the truth on this host, and how much it can drive. */
export async function loadSelftest({ quick, out: file, json }: LoadSelftestOptions): Promise<number> {
  const out = openOutFile(file)
  const bars = createProgressBars()
  const certificate = await selftest({ quick, onProgress: (progress) => bars.report(progress) })
  bars.end()
  if (json) printJson(certificate)
  else print(cardOf(certificate))
  out.write(certificate)
  return { TRUE: exitCode.ok, WRONG: exitCode.broken, INVALID: exitCode.invalid }[certificate.verdict]
}

const headlines: Record<TruthCertificate['verdict'], string> = {
  TRUE: 'TRUE: on this host the generator tells what the servers log.',
  WRONG: 'WRONG: on this host the generator called figures VALID that the servers do not confirm.',
  INVALID: 'INVALID: this host is too busy to tell.',
}

/** The certificate, to be read. */
function cardOf({ verdict, reasons, cases, ...rest }: TruthCertificate): string {
  const pair = (measured: number, logged: number) => `${formatDuration(measured)} / ${formatDuration(logged)}`
  const rows = cases.map(({ name, verdict: own, figures, requests, latenessP99Ms, holds }) => [
    name,
    ...figures.map(({ measured, logged }) => pair(measured, logged)),
    `${requests.measured} / ${requests.logged}`,
    latenessP99Ms === null ? '—' : formatDuration(latenessP99Ms),
    own === 'VALID' ? (holds ? 'true' : 'WRONG') : own,
  ])
  const { cpu, cores, kernel, node, fingerprint } = rest.environment
  const header = ['measured / logged', 'p50', 'p95', 'p99', 'requests', 'late p99', '']
  return [
    headlines[verdict],
    ...reasons,
    '',
    renderTable(header, rows, ['left', 'right', 'right', 'right', 'right', 'right', 'left']),
    '',
    `One generator drives up to ${Math.round(rest.highestRate).toLocaleString('en-US')} requests/s here, beside a small server, and stays VALID.`,
    `A request costs it ${rest.cpuMicrosPerRequest.toFixed(0)} µs of CPU.`,
    `Worth as long as this host stays as it is (${fingerprint}): ${cpu}, ${cores} cores, ${kernel}, Node ${node}.`,
  ].join('\n')
}
