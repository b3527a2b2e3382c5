import type { Duration } from '@hotpath/core'
import { calibrate, compareRuns, compareSides, type Comparison } from '@hotpath/load/compare'
import { parseRuns, type StoredRun } from '@hotpath/load/history'
import { readBaseline } from '../compare/baselines.ts'
import { measureSide } from '../compare/measure-side.ts'
import { calibrationText, comparisonText } from '../compare/print-comparison.ts'
import { isApp, openSide, type Side } from '../compare/sides.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { readInputs } from '../input-files.ts'
import { openOutFile, type OutFile } from '../out-file.ts'
import { buildPages } from '../pages/build-pages.ts'
import { stopSignal } from '../stop-signal.ts'
import { createProgressBars, print, printJson, type ProgressBars, say } from '../terminal.ts'

export interface CompareCommandOptions {
  a?: string
  b?: string
  baseline?: string
  scenario?: string
  path?: string
  /** Starts a git reference or a folder. */
  start?: string
  pairs: { least: number; most: number }
  /** A share. */
  margin: number
  rate: number
  duration: Duration
  warmup: Duration
  seed: number
  /** How often A is compared with itself. */
  calibrate?: number
  out?: string
  json: boolean
}

/** Compares two sides, or stored runs, or a thing with itself. */
export async function compare(files: readonly string[], options: CompareCommandOptions): Promise<number> {
  const { a, b, baseline } = options
  const out = openOutFile(options.out)
  if (options.calibrate !== undefined) return runCalibration(options, { times: options.calibrate, out })
  if (a !== undefined && b !== undefined && files.length === 0 && baseline === undefined) {
    return conclude(await measureBoth(options, a, b), { ...options, out })
  }
  if (a !== undefined || b !== undefined) throw sidesError(files, options)
  const stored = storedRuns(files, options)
  return conclude(compareRuns(stored.a, stored.b, { margin: options.margin }), { ...options, out })
}

function storedRuns(
  files: readonly string[],
  options: CompareCommandOptions,
): Record<'a' | 'b', StoredRun[]> {
  const read = (given: string) => readInputs(given).flatMap(({ file, text }) => parseRuns(text, file))
  const [first, second] = files
  if (options.baseline !== undefined && first !== undefined && files.length === 1) {
    return { a: readBaseline(options.baseline), b: read(first) }
  }
  if (options.baseline === undefined && first !== undefined && second !== undefined && files.length === 2) {
    return { a: read(first), b: read(second) }
  }
  throw sidesError(files, options)
}

function sidesError(files: readonly string[], { a, b, baseline }: CompareCommandOptions): Error {
  const given = [
    a !== undefined && '--a',
    b !== undefined && '--b',
    baseline !== undefined && '--baseline',
    files.length > 0 && `${files.length} file${files.length === 1 ? '' : 's'}`,
  ].filter(Boolean)
  const named = given.length > 0 ? given.join(', ') : 'nothing'
  return cliErrors.HP_COMPARE_SIDES({ given: `${named} ${given.length > 1 ? 'were' : 'was'} given` })
}

async function measureBoth(options: CompareCommandOptions, a: string, b: string): Promise<Comparison> {
  const found = await withSides([a, b], options, ({ sides, signal, bars }) =>
    compareSides({
      ...pairing(options, sides, signal),
      onProgress({ pairs, most, invalid }) {
        if (invalid !== null) say(`A run was INVALID and is repeated: ${invalid}`)
        else bars.report({ label: 'Pairs of runs', done: pairs, total: most })
      },
    }),
  )
  return found ?? { verdict: 'INCONCLUSIVE', metrics: [], pairs: 0, samples: [], notes: [stoppedEarly] }
}

const stoppedEarly = 'It was stopped before anything was measured.'

async function runCalibration(
  options: CompareCommandOptions,
  { times, out }: { times: number; out: OutFile },
): Promise<number> {
  const { a, json } = options
  if (a === undefined || options.b !== undefined) throw sidesError([], options)
  // Two servers of one kind where they are started here, so that a difference of processes is part of the noise.
  const found = await withSides([a, a], options, ({ sides, signal, bars }) =>
    calibrate({
      times,
      ...pairing(options, sides, signal),
      onProgress({ done, pairs, invalid }) {
        if (invalid !== null) say(`A run was INVALID and is repeated: ${invalid}`)
        else bars.report({ label: 'Comparisons', done, total: times, detail: `pair ${pairs}` })
      },
    }),
  )
  if (found === null) {
    say(stoppedEarly)
    return exitCode.inconclusive
  }
  out.write(found)
  if (json) printJson(found)
  else print(calibrationText(found))
  if (found.times === (found.verdicts.INVALID ?? 0)) return exitCode.invalid
  return exitCode.ok
}

/** How pairs of runs are made and judged, whatever they are for. */
function pairing(options: CompareCommandOptions, sides: readonly Side[], signal: AbortSignal) {
  const { pairs, margin, seed } = options
  const measure = (side: 'a' | 'b', runSeed: number) =>
    measureSide(sides[side === 'a' ? 0 : 1]!, { ...options, seed: runSeed, signal })
  return { measure, pairs, margin, seed, signal }
}

interface Open {
  sides: readonly Side[]
  signal: AbortSignal
  bars: ProgressBars
}

/** Opens the sides, one after the other, and closes them whatever happens. Null when it was stopped before all were open. */
async function withSides<T>(
  given: readonly string[],
  options: CompareCommandOptions,
  use: (open: Open) => Promise<T>,
): Promise<T | null> {
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const bars = createProgressBars()
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => bars.end())
  const sides: Side[] = []
  if (given.some(isApp)) await buildPages(bars.report)
  for (const each of given) {
    const side = await openSide(each, { ...options, signal: stop.signal }).catch((error: unknown) => {
      if (stop.signal.aborted) return null
      throw error
    })
    if (side === null) return null
    cleanup.defer(() => side.stop())
    sides.push(side)
  }
  // Awaited here: else the sides would be closed at once.
  return await use({ sides, signal: stop.signal, bars })
}

function conclude(comparison: Comparison, { json, out }: { json: boolean; out: OutFile }): number {
  out.write(comparison)
  if (json) printJson(comparison)
  else print(comparisonText(comparison))
  return {
    REGRESSED: exitCode.broken,
    IMPROVED: exitCode.ok,
    EQUIVALENT: exitCode.ok,
    INCONCLUSIVE: exitCode.inconclusive,
    INVALID: exitCode.invalid,
  }[comparison.verdict]
}
