import { readFileSync } from 'node:fs'
import { type Bytes, type Duration, formatBytes, formatDuration } from '@hotpath/core'
import { type Advice, adviseIndexes, parseWorkload } from '@hotpath/postgres/advisor'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson, say } from '../terminal.ts'

export interface AdviseCommandOptions {
  url?: string
  folder?: string
  workload?: string
  timeLimit: Duration
  budget?: Bytes
  out?: string
  json: boolean
}

/** Advises on indexes that were proved on a clone. */
export async function dbAdvise({
  url,
  folder,
  workload,
  timeLimit,
  budget,
  out,
  json,
}: AdviseCommandOptions): Promise<number> {
  const source = sourceOf({ ...(url !== undefined && { url }), ...(folder !== undefined && { folder }) })
  const statements = workload === undefined ? undefined : parseWorkload(readText(workload))
  const migration = openOutFile(out)
  const bars = createProgressBars()
  const stop = new AbortController()
  // The clone is dropped before the process ends; a second Ctrl-C ends it at once, and the next run drops the clone.
  const onSignal = (): void => (stop.signal.aborted ? process.exit(130) : stop.abort())
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    const advice = await adviseIndexes({
      ...source,
      ...(statements && { workload: statements }),
      ...(budget !== undefined && { budget }),
      timeLimit,
      signal: stop.signal,
      progress: bars.report,
    })
    bars.end()
    if (advice.migration !== '') migration.writeText(advice.migration)
    if (json)
      printJson({ ...advice, accepted: advice.accepted.map((index) => ({ ...index, spec: undefined })) })
    else print(render(advice))
    return advice.conclusive ? exitCode.ok : exitCode.inconclusive
  } catch (error) {
    bars.end()
    if (!stop.signal.aborted) throw error
    say('Stopped; the clone is dropped.')
    return exitCode.inconclusive
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

function sourceOf({ url, folder }: { url?: string; folder?: string }): { url: string } | { folder: string } {
  if (folder !== undefined) return { folder }
  const address = url ?? process.env['DATABASE_URL']
  if (address) return { url: address }
  throw cliErrors.HP_OPTION_INVALID({
    option: '--url',
    given: '',
    expected: 'postgres://user@host/database, or DATABASE_URL, or --folder of an embedded database',
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw cliErrors.HP_OPTION_INVALID(
      {
        option: '--workload',
        given: file,
        expected: `a file that can be read (${(cause as NodeJS.ErrnoException).code})`,
      },
      { cause },
    )
  }
}

const shownRejected = 15

function render({ accepted, rejected, statements, ...advice }: Advice): string {
  const faster = (advice.beforeMs / advice.afterMs).toFixed(advice.beforeMs < 10 * advice.afterMs ? 2 : 0)
  const lines = [
    accepted.length === 0
      ? `No index is proved to help: the workload takes ${formatDuration(advice.beforeMs)}.`
      : `Workload ${formatDuration(advice.beforeMs)} → ${formatDuration(advice.afterMs)}, ${faster} times as fast (${advice.pairs} pairs).`,
  ]
  for (const { sql, gain, sizeBytes, writeCost } of accepted)
    lines.push(
      '',
      `✓ ${sql}`,
      `  saves ${formatDuration(Math.max(0, gain))}, takes ${formatBytes(sizeBytes)}, adds ${formatDuration(Math.max(0, writeCost))} to writes`,
    )
  const changed = statements.filter(({ low, high }) => low !== high)
  if (changed.length > 0) lines.push('', tableOf(changed))
  for (const { sql, reason } of rejected.slice(0, shownRejected)) lines.push('', `✗ ${sql}`, `  ${reason}`)
  if (rejected.length > shownRejected)
    lines.push('', `  and ${rejected.length - shownRejected} more (--json)`)
  for (const { sql, reason } of advice.redundant) lines.push('', `? ${sql}`, `  ${reason}`)
  for (const { name, reason } of advice.skipped) lines.push('', `! ${name} was skipped: ${reason}`)
  lines.push('', ...advice.notes)
  if (!advice.conclusive) lines.push('Time was up before everything was decided: give a longer --time-limit.')
  return lines.join('\n')
}

function tableOf(statements: Advice['statements']): string {
  const ms = (value: number): string => value.toFixed(3)
  const rows = statements.map(({ name, beforeMs, afterMs, ratio, low, high }) => [
    name,
    ms(beforeMs),
    ms(afterMs),
    `${ratio.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
  ])
  return renderTable(['Statement', 'Before ms', 'After ms', 'Ratio and 95 % interval'], rows, [
    'left',
    'right',
    'right',
    'right',
  ])
}
