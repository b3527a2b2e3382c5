import { formatDuration } from '@hotpath/core'
import { type Progress, runLoad, type RunResult } from '@hotpath/load'
import { readEnvironment } from '@hotpath/load/environment'
import { openBaseline } from '../compare/baselines.ts'
import { exitCode } from '../exit-code.ts'
import { printNotes } from '../load/notes.ts'
import { type RunFlags, runOptions } from '../load/run-options.ts'
import { summaryText } from '../load/summary.ts'
import { findLoad } from '../load/target.ts'
import { openOutFile } from '../out-file.ts'
import { stopSignal } from '../stop-signal.ts'
import { createProgressBars, print, printJson, say } from '../terminal.ts'

export interface LoadCommandOptions extends RunFlags {
  out?: string
  /** Name of the baseline that the run is added to. */
  saveBaseline?: string
  json: boolean
}

/** Drives load at a URL, through scenarios or by the script of another tool, and says what was measured. */
export async function load(what: string, options: LoadCommandOptions): Promise<number> {
  const target = await findLoad(what)
  const plan = runOptions(target, options)
  const out = openOutFile(options.out)
  const baseline = options.saveBaseline === undefined ? null : openBaseline(options.saveBaseline)
  if (target.imported) printNotes(target.imported)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const bars = createProgressBars()
  const result = await runLoad({
    ...plan,
    signal: stop.signal,
    onProgress: (progress) =>
      bars.report({
        label: target.label,
        detail: live(progress),
        done: progress.elapsedMs,
        total: progress.totalMs,
      }),
  })
  bars.end()
  const imported = target.imported && {
    imported: { format: target.imported.format, notes: target.imported.notes },
  }
  const document = { ...result, environment: await readEnvironment(), ...imported }
  if (options.json) printJson(document)
  else print(summaryText(result))
  out.write(document)
  if (baseline && result.verdict === 'VALID') {
    say(`The baseline "${options.saveBaseline}" holds ${baseline.add(document)} runs now.`)
  }
  return exitCodeOf(result)
}

/** A broken budget of a run that may be believed is 1; a run that was cut short, or a budget without a figure, is 2. */
function exitCodeOf({ verdict, budgets }: RunResult): number {
  if (verdict === 'INVALID') return exitCode.invalid
  if (verdict === 'ABORTED') return exitCode.inconclusive
  if (budgets.some((budget) => budget.verdict === 'missed')) return exitCode.broken
  return budgets.some((budget) => budget.verdict === 'not measured') ? exitCode.inconclusive : exitCode.ok
}

function live({ rate, p95Ms, errors }: Progress): string {
  return `${Math.round(rate)}/s, p95 ${p95Ms === null ? '—' : formatDuration(p95Ms)}, ${errors} errors`
}
