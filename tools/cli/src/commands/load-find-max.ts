import { type Duration, formatDuration } from '@hotpath/core'
import { findMaxRate, type FindMaxResult, type FindMaxStep } from '@hotpath/load/find-max'
import { exitCode } from '../exit-code.ts'
import { driveLoad, type FleetFlags } from '../load/drive.ts'
import { runOptions } from '../load/run-options.ts'
import { findLoad } from '../load/target.ts'
import { openOutFile } from '../out-file.ts'
import { stopSignal } from '../stop-signal.ts'
import { print, printJson, say } from '../terminal.ts'

export interface FindMaxCommandOptions extends FleetFlags {
  budget: readonly string[]
  origin?: string
  duration: Duration
  warmup: Duration
  connections: number
  users: number
  precision: number
  runs: number
  timeout?: Duration
  out?: string
  json: boolean
}

/** Finds the highest rate at which the budgets hold. */
export async function loadFindMax(what: string, options: FindMaxCommandOptions): Promise<number> {
  const { budget, precision, runs, users, ...flags } = options
  const target = await findLoad(what)
  const plan = runOptions(target, {
    ...flags,
    budget: [],
    arrivals: 'poisson',
    seed: 1,
    keepAlive: true,
    header: [],
    compression: false,
    insecure: false,
  })
  const out = openOutFile(options.out)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const { scenarios, origin, duration, warmup, connections, timeout } = plan
  const result = await findMaxRate({
    scenarios,
    ...(origin !== undefined && { origin }),
    ...(duration !== undefined && { duration }),
    ...(warmup !== undefined && { warmup }),
    ...(connections !== undefined && { connections }),
    ...(timeout !== undefined && { timeout }),
    signal: stop.signal,
    budgets: budget,
    precision,
    mostRuns: runs,
    users,
    drive: (load) => driveLoad(what, { ...load, scenarios }, flags),
    onStep: (step) => say(stepText(step)),
  })
  if (options.json) printJson(result)
  else print(resultText(result))
  out.write(result)
  return exitCodes[result.verdict]
}

const exitCodes = {
  FOUND: exitCode.ok,
  NONE: exitCode.broken,
  AT_LEAST: exitCode.inconclusive,
  ABORTED: exitCode.inconclusive,
} as const

const outcomes: Record<FindMaxStep['outcome'], string> = {
  saturated: 'all that the server answers',
  holds: 'the budgets hold',
  breaks: 'a budget breaks',
  INVALID: 'INVALID',
  ABORTED: 'stopped',
}

function stepText({ run, rate, outcome, p95Ms, estimate, reasons }: FindMaxStep): string {
  const p95 = p95Ms === null ? '' : `, p95 ${formatDuration(p95Ms)}`
  const known = estimate === null ? '' : ` → ${whole(estimate.low)}…${whole(estimate.high)}/s`
  const why = outcome === 'INVALID' ? ` (${reasons.join(' ')})` : ''
  return `run ${run}: ${whole(rate)}/s: ${outcomes[outcome]}${p95}${known}${why}`
}

function resultText({ verdict, rate, low, high, budgets, reasons, steps }: FindMaxResult): string {
  const held = budgets.join(', ')
  const headline = {
    FOUND: `${whole(rate)}/s is the highest rate at which ${held} holds: ${whole(low)}…${whole(high ?? rate)}/s with 80 % confidence, by ${steps.length} runs.`,
    AT_LEAST: `At least ${whole(rate)}/s hold ${held}: the end was not reached.`,
    NONE: `There is no rate at which ${held} holds.`,
    ABORTED: `Stopped; ${whole(rate)}/s held ${held}.`,
  }[verdict]
  return [headline, ...reasons].join(' ')
}

const whole = (rate: number) => (rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US'))
