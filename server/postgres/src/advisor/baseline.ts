import type { Bench, Call } from './bench.ts'
import type { Catalog } from './catalog.ts'
import { readUses } from './read-uses.ts'
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
  progress: (done: number, name: string) => void
}

/** Runs every statement as the database is: twice, the first run warming caches. What fails is named and skipped. */
export async function takeBaseline(
  workload: readonly WorkloadStatement[],
  options: BaselineOptions,
): Promise<{ subjects: Subject[]; skipped: Skipped[] }> {
  const subjects: Subject[] = []
  const skipped: Skipped[] = []
  for (const [index, statement] of workload.entries()) {
    options.progress(index, statement.name)
    try {
      subjects.push(await baselineOf(statement, options))
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error
      skipped.push({ name: statement.name, reason: (error as Error).message })
    }
  }
  return { subjects, skipped }
}

async function baselineOf(
  statement: WorkloadStatement,
  { catalog, bench, longestMs }: BaselineOptions,
): Promise<Subject> {
  const sample = statement.params.find((values) => values.length > 0)
  const textOf = (parameter: number): string | undefined => {
    const value = sample?.[parameter - 1]
    return typeof value === 'string' ? value : undefined
  }
  const uses = readUses(statement.sql, catalog, textOf)
  const write = statement.write || uses.writes !== null
  const calls: Call[] = spread(statement.params, firstCalls).map((params) => ({
    sql: statement.sql,
    params,
    write,
  }))
  const first = await bench.without([], () => bench.time(calls[0]!, longestMs))
  if (first.stopped) throw new Error(`it takes longer than ${Math.round(longestMs)} ms`)
  const kept = spread(calls, callsOf(first.ms))
  const times: number[] = []
  await bench.without([], async () => {
    for (const call of kept) {
      if (call !== calls[0]) await bench.time(call, longestMs)
      const runs = first.ms > 200 ? 1 : 3
      const each: number[] = []
      for (let run = 0; run < runs; run++) each.push((await bench.time(call, longestMs)).ms)
      times.push(Math.min(...each))
    }
  })
  const beforeMs = times.reduce((sum, ms) => sum + ms, 0) / times.length
  return {
    statement: { ...statement, write },
    calls: kept,
    uses,
    beforeMs,
    limitMs: limitFor(Math.max(...times)),
  }
}
