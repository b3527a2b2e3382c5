import { openDatabase } from '@hotpath/postgres'
import { adviseIndexes } from '@hotpath/postgres/advisor'
import { startPostgres } from '@hotpath/postgres/local'
import { civicqWorkload, createCivicQ } from '../postgres/civicq.ts'
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
    const { accepted, beforeMs, afterMs, conclusive } = await adviseIndexes({
      url: server.url,
      workload: civicqWorkload(),
      timeLimit: quick ? '30s' : '3m',
    })
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
