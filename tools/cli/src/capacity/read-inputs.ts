import { readFileSync } from 'node:fs'
import { loadErrors, type RunResult } from '@hotpath/load'
import type { ScalingPoint, StoredRun } from '@hotpath/load/capacity'

/** What `hotpath capacity` works from. */
export type CapacityInput =
  | { kind: 'points'; points: ScalingPoint[] }
  | { kind: 'runs'; files: { file: string; run: StoredRun }[] }

/**
 * Reads one file of points, or stored runs.
 * @throws HP_CAPACITY_INPUT
 */
export function readInputs(files: readonly string[]): CapacityInput {
  const documents = files.map((file) => ({ file, document: readJson(file) }))
  const withPoints = documents.flatMap(({ file, document }) =>
    'points' in document ? [{ file, points: document.points }] : [],
  )
  if (withPoints.length === 0) {
    return { kind: 'runs', files: documents.flatMap(({ file, document }) => runsOf(file, document)) }
  }
  const [{ file, points }] = withPoints as [(typeof withPoints)[0]]
  if (documents.length > 1) throw fail(file, 'points stand in one file alone, without runs beside it')
  return { kind: 'points', points: readPoints(file, points) }
}

/** @throws HP_CAPACITY_INPUT */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw fail(file, unreadable[code ?? ''] ?? code ?? String(cause))
  }
}

/** What the codes of the operating system mean here. */
const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
}

const fail = (file: string, problem: string) => loadErrors.HP_CAPACITY_INPUT({ file, problem })

function readJson(file: string): object {
  const text = readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw fail(file, `it holds no JSON: ${(error as Error).message}`)
  }
  if (typeof value === 'object' && value !== null) return value
  throw fail(file, 'it holds neither points nor a run')
}

/** One run, or a list of runs. */
function runsOf(file: string, document: unknown): { file: string; run: StoredRun }[] {
  if (Array.isArray(document)) {
    return document.flatMap((each, index) => runsOf(`${file}, run ${index + 1}`, each))
  }
  const isRun =
    typeof document === 'object' && document !== null && 'verdict' in document && 'responseMs' in document
  if (isRun) return [{ file, run: document as RunResult }]
  throw fail(file, 'it is no result of `hotpath load --out`')
}

function readPoints(file: string, given: unknown): ScalingPoint[] {
  if (!Array.isArray(given)) throw fail(file, 'its points are no list')
  const points = given.map((point: Partial<ScalingPoint> | null, index) => {
    const { load, throughput } = point ?? {}
    const isNumber = (value: unknown): value is number =>
      typeof value === 'number' && value > 0 && Number.isFinite(value)
    if (isNumber(load) && isNumber(throughput)) return { load, throughput }
    throw fail(file, `point ${index + 1} lacks a load and a throughput above 0`)
  })
  if (new Set(points.map(({ load }) => load)).size >= 2) return points
  throw fail(file, 'it holds fewer than two different loads')
}
