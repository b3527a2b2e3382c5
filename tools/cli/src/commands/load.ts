import type { RunResult } from '@hotpath/load'
import { readEnvironment } from '@hotpath/load/environment'
import { openBaseline } from '../compare/baselines.ts'
import { exitCode } from '../exit-code.ts'
import { driveLoad, type FleetFlags } from '../load/drive.ts'
import { createLiveView, type ProgressForm } from '../load/live.ts'
import { printNotes } from '../load/notes.ts'
import { observedLoad, type ObserveFlags } from '../load/observe.ts'
import { documentOf, openOutputs, type OutputFlags } from '../load/outputs.ts'
import { type RunFlags, runOptions } from '../load/run-options.ts'
import { summaryText } from '../load/summary.ts'
import { findLoad } from '../load/target.ts'
import { stopSignal } from '../stop-signal.ts'
import { print, printJson, say } from '../terminal.ts'

export interface LoadCommandOptions extends RunFlags, OutputFlags, FleetFlags, ObserveFlags {
  /** Name of the baseline that the run is added to. */
  saveBaseline?: string
  /** @default text */
  progress?: ProgressForm
  json: boolean
}

/** Drives load at a URL, through scenarios or by the script of another tool, and says what was measured. */
export async function load(what: string, options: LoadCommandOptions): Promise<number> {
  const target = await findLoad(what)
  const plan = runOptions(target, options)
  const outputs = openOutputs(options)
  const baseline = options.saveBaseline === undefined ? null : openBaseline(options.saveBaseline)
  if (target.imported) printNotes(target.imported)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const live = createLiveView(target.label, options.progress ?? 'text')
  const run = { ...plan, signal: stop.signal, histograms: true, onProgress: live.report }
  const result = await observedLoad(() => driveLoad(what, run, options), run, options)
  live.end()
  const environment = await readEnvironment()
  const document = documentOf(result, target, environment)
  if (options.json) printJson({ ...document, histograms: undefined })
  else print(summaryText(result))
  if (!options.json && result.server?.attribution) print(`\n${result.server.attribution.sentence}`)
  outputs.write(document, target.label)
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
