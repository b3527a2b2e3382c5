import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseRuns, type StoredRun } from '@hotpath/load/history'
import { findWorkspace } from '../apps.ts'
import { cliErrors } from '../errors.ts'

/** More runs than these tell nothing new; the oldest go first. */
const mostRuns = 60

const folderOf = (from: string) => path.join(findWorkspace(from).folder, '.hotpath', 'baselines')

/** Where runs are added to. */
export interface Baseline {
  /** Tells how many it holds now. */
  add(run: StoredRun): number
}

/**
 * Opens a baseline to add runs to: several are what an interval needs. It is made with its first run.
 * @throws HP_BASELINE_NAME, HP_RUN_FILE, before anything is measured
 */
export function openBaseline(name: string, from: string = process.cwd()): Baseline {
  const file = fileOf(name, from)
  const before = existsSync(file) ? parseRuns(readFileSync(file, 'utf8'), file) : []
  return {
    add(run) {
      const runs = [...before, run].slice(-mostRuns)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, `${JSON.stringify({ runs }, null, 2)}\n`)
      return runs.length
    },
  }
}

/**
 * The runs of a baseline, oldest first.
 * @throws HP_BASELINE_NAME, HP_BASELINE_UNKNOWN, HP_RUN_FILE
 */
export function readBaseline(name: string, from: string = process.cwd()): StoredRun[] {
  const file = fileOf(name, from)
  if (existsSync(file)) return parseRuns(readFileSync(file, 'utf8'), file)
  const folder = folderOf(from)
  const known = existsSync(folder)
    ? readdirSync(folder).flatMap((entry) => (entry.endsWith('.json') ? [entry.slice(0, -5)] : []))
    : []
  throw cliErrors.HP_BASELINE_UNKNOWN({ given: name, known: known.join(', ') || 'none' })
}

function fileOf(name: string, from: string): string {
  if (!/^[a-z\d][\w.-]{0,63}$/i.test(name)) throw cliErrors.HP_BASELINE_NAME({ given: name })
  return path.join(folderOf(from), `${name}.json`)
}
