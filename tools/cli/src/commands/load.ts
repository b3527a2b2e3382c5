import { formatBytes, formatDuration, formatValue, parseBudget, type Duration } from '@hotpath/core'
import {
  chooseScenario,
  type Progress,
  runLoad,
  type RunResult,
  type Scenario,
  urlScenario,
} from '@hotpath/load'
import { findApp, loadScenarios } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { stopSignal } from '../stop-signal.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'

export interface LoadCommandOptions {
  origin: string
  rate: number
  duration: Duration
  warmup: Duration
  connections: number
  arrivals: string
  timeout: Duration
  seed: number
  budget: readonly string[]
  out?: string
  json: boolean
}

/** Drives load at a URL, or through a scenario of an application, and says what was measured. */
export async function load(what: string, options: LoadCommandOptions): Promise<number> {
  const scenario = await findScenario(what)
  const out = openOutFile(options.out)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const bars = createProgressBars()
  const result = await runLoad({
    scenarios: scenario,
    ...(scenario.origin === null && { origin: options.origin }),
    rate: options.rate,
    duration: options.duration,
    warmup: options.warmup,
    connections: options.connections,
    arrivals: readArrivals(options.arrivals),
    timeout: options.timeout,
    seed: options.seed,
    budgets: options.budget,
    signal: stop.signal,
    onProgress: (progress) =>
      bars.report({
        label: scenario.name,
        detail: live(progress),
        done: progress.elapsedMs,
        total: progress.totalMs,
      }),
  })
  bars.end()
  if (options.json) printJson(result)
  else printResult(result)
  out.write(result)
  return exitCodeOf(result)
}

/** A broken budget of a run that may be believed is 1; a run that was cut short, or a budget without a figure, is 2. */
function exitCodeOf({ verdict, budgets }: RunResult): number {
  if (verdict === 'INVALID') return exitCode.invalid
  if (verdict === 'ABORTED') return exitCode.inconclusive
  if (budgets.some((budget) => budget.verdict === 'missed')) return exitCode.broken
  return budgets.some((budget) => budget.verdict === 'not measured') ? exitCode.inconclusive : exitCode.ok
}

/** A URL; `scenario` of the workspace's application; or `application/scenario`. */
async function findScenario(what: string): Promise<Scenario> {
  if (/^https?:\/\//.test(what)) return urlScenario(what)
  if (/:/.test(what)) throw cliErrors.HP_SCENARIO_ADDRESS_INVALID({ given: what })
  const [first, second] = what.split('/', 2) as [string, string | undefined]
  const [app, name] = second === undefined ? [undefined, first] : [first, second]
  return chooseScenario(await loadScenarios(findApp(app)), name)
}

function readArrivals(given: string): 'uniform' | 'poisson' {
  if (given === 'uniform' || given === 'poisson') return given
  throw cliErrors.HP_OPTION_INVALID({ option: '--arrivals', given, expected: 'uniform or poisson' })
}

function live({ rate, p95Ms, errors }: Progress): string {
  return `${Math.round(rate)}/s, p95 ${p95Ms === null ? '—' : formatDuration(p95Ms)}, ${errors} errors`
}

function printResult(result: RunResult): void {
  const kinds = ['response', 'service', 'ttfb', 'lateness'] as const
  const names = {
    response: 'Response (from due)',
    service: 'Service (from sent)',
    ttfb: 'First byte',
    lateness: 'Lateness',
  }
  const rows = kinds.map((kind) => {
    const { p50, p90, p95, p99, max } = result[`${kind}Ms`]
    return [names[kind], ...[p50, p90, p95, p99, max].map((ms) => (ms === null ? '—' : formatDuration(ms)))]
  })
  print(
    renderTable(['', 'p50', 'p90', 'p95', 'p99', 'max'], rows, [
      'left',
      'right',
      'right',
      'right',
      'right',
      'right',
    ]),
  )
  print(
    `\n${result.requests.toLocaleString('en-US')} requests, ${Math.round(result.achievedRate)}/s, ` +
      `${result.errors} errors${kindsOf(result)}, ${formatBytes(result.bytes)} received.`,
  )
  for (const { text, verdict, value } of result.budgets)
    print(
      `Budget ${text}: ${verdict}${value === null ? '' : ` (${formatValue(value, parseBudget(text).unit)})`}`,
    )
  print(`${result.verdict}${result.reasons.length > 0 ? `: ${result.reasons.join(' ')}` : ''}`)
}

function kindsOf({ errorsByKind }: RunResult): string {
  const kinds = Object.entries(errorsByKind).map(([kind, times]) => `${times} × ${kind}`)
  return kinds.length > 0 ? ` (${kinds.join(', ')})` : ''
}
