import { openDatabase } from '@hotpath/postgres'
import { adviseIndexes } from '@hotpath/postgres/advisor'
import { startPostgres } from '@hotpath/postgres/local'
import { civicqWorkload, createCivicQ, oneForEachList } from '../postgres/civicq.ts'
import { medianShare, timeSets, type Client } from '../postgres/time-sets.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { programVersion } from '../versions.ts'

/** Which indexes CivicQ would be given for its own pages if it had none but its keys, and what each of them is worth. */
export const indexes: Suite = {
  name: 'indexes',
  description: "the indexes that are advised for CivicQ's own pages, each with its measured gain",
  versions: () => ({ postgres: programVersion('psql', '--version') }),
  run,
}

async function run({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const server = await startPostgres({ settings: { shared_buffers: '256MB' } })
  try {
    progress('CivicQ: data')
    const database = await openDatabase({ url: server.url, poolSize: 1, tap: { slow: '1h' } })
    await createCivicQ(database)
    await database.close()
    progress('CivicQ: hotpath db advise')
    const workload = civicqWorkload()
    const advice = await adviseIndexes({ url: server.url, workload, timeLimit: quick ? '30s' : '3m' })
    const { accepted, beforeMs, afterMs, conclusive } = advice
    progress('CivicQ: the advised beside one for each list, interleaved')
    const sets = { advised: accepted.map(({ sql }) => sql), byHand: oneForEachList }
    const beside = await withClient(server.url, (client) =>
      timeSets(client, { sets, workload, rounds: quick ? 6 : 20 }),
    )
    const advised = medianShare({ timed: beside, workload, set: 'advised', by: 'none' })
    const byHand = medianShare({ timed: beside, workload, set: 'byHand', by: 'none' })
    const between = medianShare({ timed: beside, workload, set: 'advised', by: 'byHand' })
    return [
      {
        id: 'civicq-workload',
        what: `Time of its pages' statements with ${accepted.length} indexes, by time with none but its keys`,
        ours: afterMs,
        peers: { before: beforeMs },
        unit: 'ms',
        ratio: afterMs / beforeMs,
        bar: 'below 1, with confidence',
        holds: afterMs < beforeMs && conclusive,
      },
      {
        id: 'civicq-by-hand',
        what: `The same beside ${oneForEachList.length} indexes made by hand, one for each list in its order (${percent(between.low)} to ${percent(between.high)} of their time)`,
        ours: advised.estimate,
        peers: { 'by hand': byHand.estimate },
        unit: '× before',
        ratio: between.estimate,
        bar: '≤ 1.05',
        holds: between.estimate <= 1.05,
      },
      ...accepted.map(({ sql, gain, sizeBytes, writeCost }, at): BarResult => ({
        id: `civicq-index-${at + 1}`,
        what: `\`${sql}\` (${Math.ceil(sizeBytes / 1024)} kB)`,
        ours: gain,
        peers: { 'cost to writes': writeCost },
        unit: 'ms saved',
        ratio: gain / beforeMs,
        bar: 'saves time beside the others, with confidence',
        holds: gain > 0,
      })),
    ]
  } finally {
    await server.stop()
  }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url, poolSize: 1, tap: { slow: '1h' }, statementTimeout: '5m' })
  const client = await database.pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
    await database.close()
  }
}
