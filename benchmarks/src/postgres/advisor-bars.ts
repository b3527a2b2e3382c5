import { median, pairedRatio } from '@hotpath/core'
import { openDatabase } from '@hotpath/postgres'
import { adviseIndexes, type WorkloadStatement } from '@hotpath/postgres/advisor'
import { startPostgres } from '@hotpath/postgres/local'
import type { BarResult, SuiteContext } from '../suite.ts'
import { type AdvisorCase, advisorCases } from './advisor-cases.ts'
import { type CostIndex, dexterRule, greedyCostRule } from './cost-rules.ts'
import { medianShare, timeSets, type TimedSets } from './time-sets.ts'

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

/** The sets that are timed; `none` is the database as it was. */
type Timed = TimedSets<'ours' | 'dexter' | 'greedy'>

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
  const shareOf = (set: keyof Timed): number => medianShare({ timed, workload, set, by: 'none' }).estimate
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
