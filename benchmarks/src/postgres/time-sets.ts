import { pairedRatio } from '@hotpath/core'
import type { WorkloadStatement } from '@hotpath/postgres/advisor'

/** One session. */
export interface Client {
  query(sql: string, values?: unknown[]): Promise<unknown>
}

/** Milliseconds of each statement in each round, by set of indexes; `none` is the database as it was. */
export type TimedSets<Name extends string> = Record<Name | 'none', number[][]>

export interface TimeSetsOptions<Name extends string> {
  /** CREATE INDEX statements, by the name of their set. */
  sets: Record<Name, readonly string[]>
  workload: readonly WorkloadStatement[]
  rounds: number
}

/**
 * Times a workload under several sets of indexes, in turn: all are there, and for each round those of the other sets
 * are dropped in a transaction that is rolled back. The client must keep its session.
 */
export async function timeSets<Name extends string>(
  client: Client,
  { sets, workload, rounds }: TimeSetsOptions<Name>,
): Promise<TimedSets<Name>> {
  await client.query('create extension if not exists pg_trgm')
  const made = new Map<Name | 'none', string[]>([['none', []]])
  for (const set of Object.keys(sets) as Name[]) {
    const names = sets[set].map((_, at) => `bench_${set}_${at}`)
    made.set(set, names)
    for (const [at, sql] of sets[set].entries()) {
      await client.query(
        sql.replace(/^create index (?:"[^"]+" |(?!on )\S+ )?/i, `CREATE INDEX ${names[at]!} `),
      )
    }
  }
  await client.query('analyze')
  const names = [...made.keys()]
  const timed = Object.fromEntries(names.map((name) => [name, []])) as unknown as TimedSets<Name>
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const gone = [...made].flatMap(([set, indexes]) => (set === name ? [] : indexes))
      const times = await timeRound(client, { gone, workload })
      // The first round warms the caches.
      if (round >= 0) timed[name].push(times)
    }
  }
  return timed
}

async function timeRound(
  client: Client,
  { gone, workload }: { gone: readonly string[]; workload: readonly WorkloadStatement[] },
): Promise<number[]> {
  await client.query(['begin', ...gone.map((name) => `drop index ${name}`)].join('; '))
  const times: number[] = []
  for (const { sql, params } of workload) {
    let sum = 0
    for (const values of params.slice(0, 4)) {
      const runs: number[] = []
      while (runs.length < 3 && runs.reduce((all, ms) => all + ms, 0) < 100) {
        await client.query('savepoint run')
        const startedAt = performance.now()
        await client.query(sql, values)
        runs.push(performance.now() - startedAt)
        await client.query('rollback to savepoint run')
      }
      sum += Math.min(...runs)
    }
    times.push(sum / Math.min(4, params.length))
  }
  await client.query('rollback')
  return times
}

/** The weighted time of the workload with one set, by that with another, over the rounds. */
export function medianShare<Name extends string>({
  timed,
  workload,
  set,
  by,
}: {
  timed: TimedSets<Name>
  workload: readonly WorkloadStatement[]
  set: Name | 'none'
  by: Name | 'none'
}) {
  const totals = (name: Name | 'none'): number[] =>
    timed[name].map((round) => round.reduce((sum, ms, at) => sum + ms * workload[at]!.weight, 0))
  const after = totals(set)
  return pairedRatio(totals(by).map((before, round) => ({ before, after: after[round]! })))
}
