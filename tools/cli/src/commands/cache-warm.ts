import { paths, type WarmOutcome, type WarmStep } from '@hotpath/core'
import { exitCode } from '../exit-code.ts'
import { askLines } from '../running-app.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson, say } from '../terminal.ts'
import type { CacheOptions } from './cache.ts'

export interface WarmOptions extends CacheOptions {
  concurrency?: number
}

/** Has a running application load what it declared to be worth loading before anybody asks for it. */
export async function cacheWarm(names: readonly string[], options: WarmOptions): Promise<number> {
  const bars = createProgressBars()
  const steps = new Map<string, WarmStep>()
  const onLine = (line: object) => {
    if (!isStep(line)) return
    steps.set(line.name, line)
    bars.report(progressOf([...steps.values()]))
  }
  const body = {
    ...(names.length > 0 && { names }),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
  }
  const outcome = await askLines<WarmOutcome>(options, paths.cacheWarm, { body, onLine }).finally(bars.end)
  if (options.json) printJson(outcome)
  else print(table(outcome))
  for (const error of outcome.errors) say(`✗ ${error}`)
  return outcome.tasks.some(({ failed }) => failed > 0) ? exitCode.broken : exitCode.ok
}

const isStep = (line: object): line is WarmStep => 'done' in line

/** All tasks as one bar; while one does not know how much it has to do, only counting. */
function progressOf(steps: readonly WarmStep[]) {
  const label = 'Warming'
  const done = steps.reduce((sum, step) => sum + step.done, 0)
  const detail = steps
    .map((step) => `${step.name} ${step.done}${step.total === null ? '' : `/${step.total}`}`)
    .join(', ')
  const isCountable = steps.every(({ total }) => total !== null)
  if (!isCountable) return { label, detail, done: 0, total: 1 }
  return { label, detail, done, total: steps.reduce((sum, { total }) => sum + (total ?? 0), 0) }
}

function table({ tasks }: WarmOutcome): string {
  const rows = tasks.map(({ name, done, failed, skipped }) => [
    name,
    ...[done, done - failed - skipped, skipped, failed].map((value) => value.toLocaleString('en-US')),
  ])
  return renderTable(['Task', 'Keys', 'Loaded', 'Fresh already', 'Failed'], rows, [
    'left',
    'right',
    'right',
    'right',
    'right',
  ])
}
