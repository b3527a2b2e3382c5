import { median, pairedRatio } from '@hotpath/core'
import { openDatabase } from '@hotpath/postgres'
import { adviseIndexes, type WorkloadStatement } from '@hotpath/postgres/advisor'
import { startPostgres } from '@hotpath/postgres/local'
import type { BarResult, SuiteContext } from '../suite.ts'
import { type AdvisorCase, advisorCases } from './advisor-cases.ts'
import { type CostIndex, dexterRule, greedyCostRule } from './cost-rules.ts'

/** The advisor beside two rules that trust the planner's estimates: all three sets timed in interleaved rounds. */
export async function advisorBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const bars: BarResult[] = []
  for (const one of advisorCases(quick)) bars.push(...(await measureCase(one, progress)))
  return bars
}

async function measureCase(
  { id, what, create, workload, rounds, limitS }: AdvisorCase,
  progress: (text: string) => void,
): Promise<BarResult[]> {
  // Commits wait for the disk as in production: hint bits and the visibility map depend on it.
  const server = await startPostgres({ settings: { shared_buffers: '256MB' } })
  const open = () =>
    openDatabase({ url: server.url, poolSize: 1, tap: { slow: '1h' }, statementTimeout: '5m' })
  try {
    progress(`${what}: data`)
    const maker = await open()
    await create(maker)
    await maker.close()
    progress(`${what}: hotpath db advise`)
    const startedAt = performance.now()
    const advice = await adviseIndexes({ url: server.url, workload, timeLimit: `${limitS}s` })
    const foundS = (performance.now() - startedAt) / 1000
    const database = await open()
    await database.query('create extension if not exists hypopg')
    progress(`${what}: the rules beside it`)
    const dexter = (await dexterRule(database, workload)).map(sqlOf)
    const greedy = (await greedyCostRule(database, workload)).map(sqlOf)
    progress(`${what}: all three, interleaved`)
    const sets = { ours: advice.accepted.map(({ sql }) => sql), dexter, greedy }
    // A pool ends a transaction when its client comes back.
    const client = await database.pool.connect()
    const timed = await timeSets(client, { sets, workload, rounds })
    client.release()
    await database.close()
    return barsOf({ id, what, timed, foundS, limitS, workload, indexes: sets.ours.length })
  } finally {
    await server.stop()
  }
}

const sqlOf = ({ table, columns }: CostIndex): string => `CREATE INDEX ON ${table} (${columns.join(', ')})`

interface Client {
  query(sql: string, values?: unknown[]): Promise<unknown>
}

/** Milliseconds of each statement in each round, by set; `none` is the database as it was. */
type Timed = Record<'none' | 'ours' | 'dexter' | 'greedy', number[][]>

async function timeSets(
  client: Client,
  {
    sets,
    workload,
    rounds,
  }: { sets: Record<string, readonly string[]>; workload: readonly WorkloadStatement[]; rounds: number },
): Promise<Timed> {
  await client.query('create extension if not exists pg_trgm')
  const made = new Map<string, string[]>([['none', []]])
  for (const [set, statements] of Object.entries(sets)) {
    const names = statements.map((_, at) => `bench_${set}_${at}`)
    made.set(set, names)
    for (const [at, sql] of statements.entries())
      await client.query(
        sql
          .replace(/^CREATE INDEX ("[^"]+" )?/, `CREATE INDEX ${names[at]!} `)
          .replace(/ on (\S+) /i, ' on $1 '),
      )
  }
  await client.query('analyze')
  const timed: Timed = { none: [], ours: [], dexter: [], greedy: [] }
  const names = [...made.keys()] as (keyof Timed)[]
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

function barsOf({
  id,
  what,
  timed,
  foundS,
  limitS,
  workload,
  indexes,
}: {
  id: string
  what: string
  timed: Timed
  foundS: number
  limitS: number
  workload: readonly WorkloadStatement[]
  indexes: number
}): BarResult[] {
  const totals = (set: keyof Timed): number[] =>
    timed[set].map((round) => round.reduce((sum, ms, at) => sum + ms * workload[at]!.weight, 0))
  const shareOf = (set: keyof Timed): number =>
    pairedRatio(totals('none').map((before, round) => ({ before, after: totals(set)[round]! }))).estimate
  const slowerOf = (set: keyof Timed): string[] =>
    workload.flatMap(({ name, write }, at) => {
      const pairs = timed.none.map((round, nth) => ({ before: round[at]!, after: timed[set][nth]![at]! }))
      const added = median(pairs.map(({ before, after }) => after - before))
      return pairedRatio(pairs).low > (write ? 1.15 : 1.05) && added > (write ? 0.02 : 0.05) ? [name] : []
    })
  const shares = { ours: shareOf('ours'), dexter: shareOf('dexter'), greedy: shareOf('greedy') }
  const best = Math.min(shares.dexter, shares.greedy)
  const [ours, dexter, greedy] = [slowerOf('ours'), slowerOf('dexter'), slowerOf('greedy')]
  return [
    {
      id: `${id}-time`,
      what: `${what}: workload time with the advised indexes by time without any`,
      ours: shares.ours,
      peers: { "Dexter's rule": shares.dexter, 'greedy by estimated cost': shares.greedy },
      unit: '× before',
      ratio: shares.ours / best,
      bar: 'below both rules',
      holds: shares.ours < best,
    },
    {
      id: `${id}-slower`,
      what: `${what}: statements that the indexes make slower with confidence${ours.length > 0 ? ` (${ours.join(', ')})` : ''}`,
      ours: ours.length,
      peers: { "Dexter's rule": dexter.length, 'greedy by estimated cost': greedy.length },
      unit: 'statements',
      ratio: ours.length,
      bar: '0',
      holds: ours.length === 0,
    },
    {
      id: `${id}-found`,
      what: `${what}: time until the advice (${indexes} indexes)`,
      ours: foundS,
      peers: {},
      unit: 's',
      ratio: foundS / limitS,
      bar: `within ${limitS} s`,
      holds: foundS <= limitS,
    },
  ]
}
