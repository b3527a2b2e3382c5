import { createCache } from '@hotpath/cache'
import { connectTagSpace } from '@hotpath/cache/redis'
import { openDatabase } from '@hotpath/postgres'
import { createQueryCache } from '@hotpath/postgres/query-cache'
import { serve } from '../../workers/serve.ts'

/** One process of an application whose reads are cached under the tags that all its processes share. */
export interface QueryCacheOptions {
  url: string
  redisUrl: string
  /** Rows of `counters`, numbered from 1. */
  rows: number
}

/** One statement, with when it began and ended; in milliseconds of a clock that all processes share. */
export interface Operation {
  id: number
  value: number
  startedAt: number
  endedAt: number
}

/** Milliseconds of a clock that all processes of this machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

const read = 'select value from counters where id = $1'
const write = 'update counters set value = value + 1 where id = $1 returning value'
const lanes = 4

async function create({ url, redisUrl, rows }: QueryCacheOptions) {
  const database = await openDatabase({ url, poolSize: lanes, tap: { slow: '1h' } })
  const tags = connectTagSpace({ url: redisUrl, name: 'bench' })
  await tags.ready()
  const cache = createCache({ namespace: 'queries', tags, ttl: '1h' })
  const queries = await createQueryCache({ database, cache, keys: { counters: 'id' }, outside: 'triggers' })

  async function timed(id: number, work: () => Promise<{ rows: { value: number }[] }>): Promise<Operation> {
    const startedAt = now()
    const result = await work()
    return { id, value: result.rows[0]!.value, startedAt, endedAt: now() }
  }
  /** Several at a time, over all rows in a mixed order. */
  async function several(count: number, work: (id: number) => Promise<Operation>): Promise<Operation[]> {
    const done: Operation[] = []
    const lane = async (first: number): Promise<void> => {
      for (let nth = first; nth < count; nth += lanes) done.push(await work(1 + ((nth * 48_271) % rows)))
    }
    await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)))
    return done
  }

  return {
    /** Reads, all of them or all but every `writeEvery`th, which adds one to its row. */
    async run(count: number, writeEvery: number) {
      let nth = 0
      const operations: { reads: Operation[]; writes: Operation[] } = { reads: [], writes: [] }
      await several(count, async (id) => {
        const isWrite = (nth += 1) % writeEvery === 0
        const done = await timed(id, () =>
          isWrite
            ? database.query<{ value: number }>(write, [id])
            : queries.query<{ value: number }>(read, [id]),
        )
        operations[isWrite ? 'writes' : 'reads'].push(done)
        // A hit needs no turn of the event loop, and notices are read in turns.
        if (nth % 8 === 0) await new Promise((resolve) => void setImmediate(resolve))
        return done
      })
      return { ...operations, loads: cache.stats().loads }
    },
  }
}

export type QueryCacheMethods = Awaited<ReturnType<typeof create>>

serve(create)
