import { createCache, createTagSpace } from '@hotpath/cache'
import { startRedis } from '@hotpath/cache/local'
import { median } from '@hotpath/core'
import { openDatabase } from '@hotpath/postgres'
import { startPostgres } from '@hotpath/postgres/local'
import { createQueryCache, installStatements } from '@hotpath/postgres/query-cache'
import { Client } from 'pg'
import { startCrew } from '../cache/crew.ts'
import { interleave } from '../cache/interleave.ts'
import type { BarResult, SuiteContext } from '../suite.ts'
import { type Acknowledged, type Lateness, latenessOf } from './lateness.ts'
import type { Operation, QueryCacheMethods, QueryCacheOptions } from './workers/query-cache.ts'

const rows = 200
/** What the README states: of writes from elsewhere and of other processes, in milliseconds. */
const boundMs = 2_000
const readers = ['writes too', 'reads', 'reads as well']
const now = () => Number(process.hrtime.bigint()) / 1e6

/** Cached results while several processes, and one that knows of no cache, change what they were read from. */
export async function queryCacheBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const reads = quick ? 3_000 : 32_000
  await using stack = new AsyncDisposableStack()
  const server = await startPostgres({ durable: false })
  stack.defer(() => server.stop())
  const redis = await startRedis()
  stack.defer(() => redis.stop())
  const database = await openDatabase({ url: server.url, tap: { slow: '1h' } })
  stack.defer(() => database.close())
  await database.query('create table counters (id int primary key, value int not null)')
  await database.query(`insert into counters select n, 0 from generate_series(1, ${rows}) n`)
  for (const sql of await installStatements(database, [{ table: 'public.counters', key: 'id' }]))
    await database.query(sql)
  const options: QueryCacheOptions = { url: server.url, redisUrl: redis.url, rows }
  const crew = await startCrew<QueryCacheMethods>({
    module: new URL('./workers/query-cache.ts', import.meta.url),
    members: Object.fromEntries(readers.map((name) => [name, options])),
  })
  stack.use(crew)
  progress(`${readers.length} processes read what one of them and a plain client write`)
  const stop = new AbortController()
  const outside = writeOutside(server.url, stop.signal)
  const done = await Promise.all(
    readers.map((name, at) => crew.get(name).call('run', reads, at === 0 ? 20 : Infinity)),
  ).finally(() => stop.abort())
  const outsideWrites = await outside
  const ownWrites = done.flatMap(({ writes }) => writes)
  const tell = (writes: readonly Operation[]): Acknowledged[] =>
    writes.map(({ id, value, endedAt }) => ({ id, value, at: endedAt }))
  const everywhere = latenessOf(
    done.flatMap((one) => one.reads),
    tell([...ownWrites, ...outsideWrites]),
  )
  const within = latenessOf(done[0]!.reads, tell(ownWrites))
  const hit = await hitCost(server.url, quick ? 20 : 80)
  const operations = readers.length * reads + outsideWrites.length
  return [
    ...staleBars({ operations, within, everywhere, hits: hitShare(done), outside: outsideWrites.length }),
    {
      id: 'query-cache-hit',
      what: "A hit of the query cache beside the object cache's",
      ours: hit.query,
      peers: { 'cache.getOrLoad': hit.object },
      unit: 'ns',
      ratio: hit.ratio,
      bar: '≤ 1.5 × the object cache',
      holds: hit.ratio <= 1.5,
    },
  ]
}

function hitShare(done: readonly { reads: Operation[]; loads: number }[]): number {
  const reads = done.reduce((sum, one) => sum + one.reads.length, 0)
  return 1 - done.reduce((sum, { loads }) => sum + loads, 0) / reads
}

function staleBars(found: {
  operations: number
  within: Lateness
  everywhere: Lateness
  hits: number
  outside: number
}): BarResult[] {
  const { operations, within, everywhere, hits, outside } = found
  const late = everywhere.lateMs.filter((ms) => ms > boundMs).length
  const most = everywhere.lateMs.reduce((worst, ms) => Math.max(worst, ms), 0)
  const of = `${operations} operations, ${Math.round(100 * hits)} % of the reads from memory`
  return [
    {
      id: 'query-cache-stale-own',
      what: `Reads that miss a write which their process had committed (${of})`,
      ours: within.lateMs.length,
      peers: {},
      unit: 'reads',
      ratio: within.lateMs.length / operations,
      bar: '0 stale',
      holds: within.lateMs.length === 0 && within.checked > 0,
    },
    {
      id: 'query-cache-stale',
      what: `Reads that miss a write committed over ${boundMs} ms before, by another process or (${outside} of them) from outside`,
      ours: late,
      peers: {},
      unit: 'reads',
      ratio: late / operations,
      bar: `0 beyond the stated ${boundMs} ms`,
      holds: late === 0 && everywhere.checked > 0 && outside > 0,
    },
    {
      id: 'query-cache-latest',
      what: `The longest that a write of another process or from outside was not seen yet (by ${everywhere.lateMs.length} reads)`,
      ours: most,
      peers: {},
      unit: 'ms',
      ratio: most / boundMs,
      bar: 'reported',
      holds: true,
    },
  ]
}

/** What psql does: a connection that knows of no cache, and says what it wrote and when it was told that it had. */
async function writeOutside(url: string, stop: AbortSignal): Promise<Operation[]> {
  const client = new Client(url)
  await client.connect()
  const done: Operation[] = []
  for (let nth = 1; !stop.aborted; nth++) {
    const id = 1 + ((nth * 16_807) % rows)
    const startedAt = now()
    const { rows: written } = await client.query<{ value: number }>(
      'update counters set value = value + 1 where id = $1 returning value',
      [id],
    )
    done.push({ id, value: written[0]!.value, startedAt, endedAt: now() })
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await client.end()
  return done
}

/** Nanoseconds of processor time per hit, of a result with one row. */
async function hitCost(
  url: string,
  rounds: number,
): Promise<{ query: number; object: number; ratio: number }> {
  const database = await openDatabase({ url, tap: { slow: '1h' } })
  const cache = createCache({ namespace: 'queries', tags: createTagSpace(), ttl: '1h' })
  const queries = await createQueryCache({ database, cache })
  const sql = 'select value from counters where id = $1'
  const value = await database.query(sql, [7])
  const reads = 20_000
  const timed = (work: () => Promise<unknown>) => async (): Promise<number> => {
    const before = process.cpuUsage()
    for (let read = 0; read < reads; read++) await work()
    const { user, system } = process.cpuUsage(before)
    return (1000 * (user + system)) / reads
  }
  try {
    const { query, object } = await interleave(
      {
        query: timed(() => queries.query(sql, [7])),
        object: timed(() =>
          cache.getOrLoad('counter:7', () => Promise.resolve(value), { tags: ['counters'] }),
        ),
      },
      { rounds, warmups: 4 },
    )
    const ratio = median(query.map((ns, round) => ns / object[round]!))
    return { query: median(query), object: median(object), ratio }
  } finally {
    await queries.close()
    await database.close()
  }
}
