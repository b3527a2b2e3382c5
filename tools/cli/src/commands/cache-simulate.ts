import { readTraceFile, simulate, type SimulationResult } from '@hotpath/cache/simulate'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'

export interface SimulateOptions {
  /** Sizes of the stores, in entries. */
  entries: readonly number[]
  json: boolean
}

/** Shorter work says nothing of its progress. */
const quietMs = 1000
const barWidth = 40

/** Plays a file of keys into stores of several sizes: ours, LRU, and the best that knowing the future allows. */
export async function cacheSimulate(file: string, { entries, json }: SimulateOptions): Promise<number> {
  const bars = createProgressBars()
  const startedAt = performance.now()
  const progress = (label: string) => (step: { done: number; total: number }) => {
    if (performance.now() - startedAt > quietMs) bars.report({ label, ...step })
  }
  const results = await readTraceFile(file, progress(`Reading ${file}`))
    .then((trace) => simulate(trace, { entries, onProgress: progress('Simulating') }))
    .finally(() => bars.end())
  if (json) printJson({ results })
  else print(`${table(results)}\n\n${picture(results)}`)
  return exitCode.ok
}

/** `500,1000` as numbers, as an option's reader. @throws HP_OPTION_INVALID */
export function entriesList(given: string): number[] {
  return given.split(',').map((part) => {
    const value = Number(part)
    if (part.trim() !== '' && Number.isSafeInteger(value) && value >= 1) return value
    const expected = 'whole numbers of 1 or more with commas between them, such as 500,1000'
    throw cliErrors.HP_OPTION_INVALID({ option: '--entries', given, expected })
  })
}

function table(results: readonly SimulationResult[]): string {
  const policies = [...new Set(results.map(({ policy }) => policy))]
  const rows = bySize(results).map(([entries, ofSize]) => [
    entries.toLocaleString('en-US'),
    ...policies.map((policy) => percent(ofSize.find((result) => result.policy === policy)!.hitRatio)),
  ])
  return renderTable(
    ['Entries', ...policies],
    rows,
    ['Entries', ...policies].map(() => 'right'),
  )
}

/** Hit ratio over size, a bar for each policy. */
function picture(results: readonly SimulationResult[]): string {
  const groups = bySize(results).map(([entries, ofSize]) => {
    const lines = ofSize.map(({ policy, hitRatio }) => {
      const full = Math.round(hitRatio * barWidth)
      return `  ${policy.padEnd(8)}  ${'█'.repeat(full)}${'·'.repeat(barWidth - full)}  ${percent(hitRatio)}`
    })
    return [`${entries.toLocaleString('en-US')} entries`, ...lines].join('\n')
  })
  return groups.join('\n')
}

function bySize(results: readonly SimulationResult[]): [number, readonly SimulationResult[]][] {
  return [...Map.groupBy(results, ({ entries }) => entries)].sort(([one], [other]) => one - other)
}

const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`
