import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Duration, formatDuration, median } from '@hotpath/core'
import { chooseScenario } from '@hotpath/load'
import { startPostgres } from '@hotpath/postgres/local'
import { findApp, loadScenarios } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { startServer } from '../prove/server-process.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'
import { type Change, sidesOf } from '../what-if/changes.ts'
import { rerun, type Rerun } from '../what-if/rerun.ts'

export interface LoadWhatIfOptions {
  change: Change
  rate: number
  duration: Duration
  warmup: Duration
  pairs: number
  /** Connections before the change. */
  pool: number
  seed: number
  json: boolean
}

/** Starts an application twice, once with one thing changed, and says what that does to p95. */
export async function loadWhatIf(what: string, options: LoadWhatIfOptions): Promise<number> {
  const [appName = '', scenarioName] = what.split('/')
  if (scenarioName === undefined) {
    const expected = 'an application and its scenario, such as civicq/read-mix'
    throw cliErrors.HP_OPTION_INVALID({ option: 'what', given: what, expected })
  }
  const app = findApp(appName)
  const scenario = chooseScenario(await loadScenarios(app), scenarioName)
  const bars = createProgressBars()
  const sides = sidesOf(options.change, options.pool)
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hotpath-what-if-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const database = await startPostgres()
  cleanup.defer(() => database.stop())
  const start = async (side: typeof sides.before): Promise<string> => {
    const server = await startServer(app, { ...side, databaseUrl: database.url, folder })
    cleanup.defer(() => server.stop())
    return server.origin
  }
  // One after the other: the first one seeds the database that both share.
  const before = await start(sides.before)
  const origins = { before, after: await start(sides.after) }
  const outcome = await rerun({
    ...options,
    origins,
    scenario,
    onStep: (done, total) => bars.report({ label: sides.what, done, total }),
  })
  bars.end()
  if ('invalid' in outcome) {
    if (options.json) printJson(outcome)
    else print(`INVALID: ${outcome.invalid}`)
    return exitCode.invalid
  }
  if (options.json) printJson({ change: sides.what, ...outcome })
  else print(textOf(outcome, sides.what))
  return outcome.verdict === 'confirmed'
    ? exitCode.ok
    : outcome.verdict === 'refuted'
      ? exitCode.broken
      : exitCode.inconclusive
}

function textOf({ p95Ms, ratio, verdict, evidence }: Rerun, what: string): string {
  const [from, to] = [median(p95Ms.before), median(p95Ms.after)].map((ms) => formatDuration(ms))
  const bounds = Number.isFinite(ratio.low)
    ? `, between ${ratio.low.toFixed(2)} and ${ratio.high.toFixed(2)} with ${(100 * ratio.confidence).toFixed(0)} %`
    : ', and so few pairs say nothing of its bounds'
  const changed = `With a ${what}, p95 goes from ${from} to ${to}: ${ratio.estimate.toFixed(2)} times${bounds}.`
  return [...(evidence ? [`Before: ${evidence}`] : []), `${changed} ${verdict}`].join('\n')
}
