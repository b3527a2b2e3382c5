import type { Bench, Call } from './bench.ts'
import type { Catalog } from './catalog.ts'
import { readUses, type StatementUses } from './read-uses.ts'
import { limitFor, type Subject } from './subject.ts'
import { spread, type WorkloadStatement } from './workload.ts'

export interface Skipped {
  name: string
  reason: string
}

/** How many of a statement's calls are replayed: fewer of slow ones. */
const callsOf = (ms: number): number => (ms > 500 ? 1 : ms > 100 ? 3 : 6)
const firstCalls = 6

export interface BaselineOptions {
  catalog: Catalog
  bench: Bench
  /** What a single run may take, in milliseconds. */
  longestMs: number
  /** Milliseconds left for all of it, at any moment. */
  left: () => number
  progress: (done: number, name: string) => void
}

/**
 * Runs every statement as the database is: twice, the first run warming caches. What fails is named and skipped. Those
 * that the planner holds for cheap come first, so that where time is short the slowest are missing.
 */
export async function takeBaseline(
  workload: readonly WorkloadStatement[],
  options: BaselineOptions,
): Promise<{ subjects: Subject[]; skipped: Skipped[]; complete: boolean }> {
  const skipped: Skipped[] = []
  const readable: Readable[] = []
  for (const statement of workload) {
    try {
      readable.push(await readStatement(statement, options))
    } catch (error) {
      note(statement, error)
    }
  }
  const subjects: Subject[] = []
  let late = 0
  for (const [index, one] of readable.toSorted((a, b) => a.cost - b.cost).entries()) {
    options.progress(skipped.length + index, one.statement.name)
    if (options.left() <= 0) {
      late += 1
      note(one.statement, new Error('time was up before its turn: give a longer time limit'))
      continue
    }
    try {
      subjects.push(await baselineOf(one, options))
    } catch (error) {
      note(one.statement, error)
    }
  }
  const place = new Map(workload.map(({ name }, at) => [name, at]))
  subjects.sort((a, b) => place.get(a.statement.name)! - place.get(b.statement.name)!)
  return { subjects, skipped, complete: late === 0 }

  function note({ name }: WorkloadStatement, error: unknown): void {
    if ((error as Error).name === 'AbortError') throw error
    skipped.push({ name, reason: (error as Error).message })
  }
}

interface Readable {
  statement: WorkloadStatement
  uses: StatementUses
  calls: Call[]
  /** The planner's estimate of its first call. */
  cost: number
}

async function readStatement(
  statement: WorkloadStatement,
  { catalog, bench }: BaselineOptions,
): Promise<Readable> {
  const sample = statement.params.find((values) => values.length > 0)
  const textOf = (parameter: number): string | undefined => {
    const value = sample?.[parameter - 1]
    return typeof value === 'string' ? value : undefined
  }
  const uses = readUses(statement.sql, catalog, textOf)
  const write = statement.write || uses.writes !== null
  const callWith = (params: readonly unknown[]): Call => ({ sql: statement.sql, params, write })
  const given = spread(statement.params, firstCalls).map(callWith)
  const costOf = async ([call]: Call[]): Promise<number> =>
    (await bench.without([], () => bench.plan(call!))).cost
  try {
    return { statement: { ...statement, write }, uses, calls: given, cost: await costOf(given) }
  } catch (error) {
    if ((error as Error).name === 'AbortError' || !given.some(({ params }) => params.some(Array.isArray)))
      throw error
    // A list is an array to one statement and a JSON document to another; only the database knows which.
    const calls = given.map(({ params }) => callWith(params.map(asJson)))
    const cost = await costOf(calls).catch(() => {
      throw error
    })
    return { statement: { ...statement, write }, uses, calls, cost }
  }
}

const asJson = (value: unknown): unknown => (Array.isArray(value) ? JSON.stringify(value) : value)

async function baselineOf(
  { statement, uses, calls }: Readable,
  { bench, longestMs, left }: BaselineOptions,
): Promise<Subject> {
  // One slow statement must not take the time of all that come after it.
  const limit = Math.max(1_000, Math.min(longestMs, left() / 2))
  const first = await bench.without([], () => bench.time(calls[0]!, limit))
  if (first.stopped) throw new Error(`it takes longer than ${Math.round(limit)} ms`)
  const kept = spread(calls, callsOf(first.ms))
  const times: number[] = []
  await bench.without([], async () => {
    for (const call of kept) {
      if (call !== calls[0] && (await bench.time(call, limit)).stopped)
        throw new Error(`it takes longer than ${Math.round(limit)} ms`)
      const runs = first.ms > 200 ? 1 : 3
      const each: number[] = []
      for (let run = 0; run < runs; run++) each.push((await bench.time(call, limit)).ms)
      times.push(Math.min(...each))
    }
  })
  const beforeMs = times.reduce((sum, ms) => sum + ms, 0) / times.length
  return { statement, calls: kept, uses, beforeMs, limitMs: limitFor(Math.max(...times)) }
}
