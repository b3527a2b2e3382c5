import { HotpathError } from '@hotpath/core'
import {
  type Change,
  findChanges,
  parseRuns,
  parseSeries,
  runFigures,
  type Series,
  sparkline,
  type StoredRun,
} from '@hotpath/load/history'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { readInputs } from '../input-files.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

export interface HistoryOptions {
  figure: string
  /** A share. */
  least: number
  json: boolean
}

/** A series with the machine of each point, where that is known. */
interface Course extends Series {
  groups?: string[]
}

/** Tells where a series, or a figure of stored runs, went to another level. */
export function history(given: string, { figure, least, json }: HistoryOptions): number {
  const course = readCourse(given, figure)
  const { values, groups } = course
  const changes = findChanges(course, { least, ...(groups && { groups }) })
  if (json) printJson({ points: values.length, changes })
  else printChanges(course, changes)
  return exitCode.ok
}

function readCourse(given: string, figure: string): Course {
  const files = readInputs(given)
  const [only] = files
  if (only && files.length === 1) {
    const { file, text } = only
    try {
      return parseSeries(text, file)
    } catch (problem) {
      if (!(problem instanceof HotpathError) || !text.includes('"verdict"')) throw problem
    }
  }
  return courseOf(
    files.flatMap(({ file, text }) => parseRuns(text, file)),
    figure,
  )
}

function courseOf(runs: readonly StoredRun[], name: string): Course {
  const figure = runFigures.find((each) => each.name === name)
  if (!figure) {
    const expected = runFigures.map((each) => each.name).join(', ')
    throw cliErrors.HP_OPTION_INVALID({ option: '--figure', given: name, expected })
  }
  const ordered = runs
    .filter(({ verdict }) => verdict === 'VALID')
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
  return {
    values: ordered.map((run) => figure.of(run)),
    labels: ordered.map(({ environment, startedAt }) => environment?.git?.commit.slice(0, 10) ?? startedAt),
    groups: ordered.map(sourceOf),
  }
}

/** What must be alike for two runs to belong to one series; the seed need not. */
function sourceOf({ environment, target }: StoredRun): string {
  return JSON.stringify([environment?.fingerprint, { ...target, seed: null }])
}

function printChanges({ values, groups }: Course, changes: readonly Change[]): void {
  const width = Math.max(20, Math.min(100, (process.stdout.columns ?? 80) - 2))
  print(sparkline(values, { changes: changes.map(({ index }) => index), width }))
  const kinds = new Set(groups).size
  if (kinds > 1) print(`\nThe points come from ${kinds} machines or loads; each is judged by itself.`)
  const gaps = values.filter((value) => value === null).length
  const counted = `${values.length} points${gaps > 0 ? `, ${gaps} of them gaps` : ''}`
  if (changes.length === 0) return print(`\n${counted}: no change of level that stands out from the noise.`)
  const rows = changes.map(({ index, before, after, ratio, from, to }) => [
    String(index),
    number(before),
    number(after),
    ratio === null ? '—' : `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`,
    from === null ? '' : `${from} … ${to}`,
  ])
  print(
    `\n${renderTable(['From point', 'Before', 'After', 'Change', 'Between'], rows, ['right', 'right', 'right', 'right'])}`,
  )
  print(`\n${counted}. Points are counted from 0; the levels are medians.`)
}

const number = (value: number) => String(Number(value.toPrecision(4)))
