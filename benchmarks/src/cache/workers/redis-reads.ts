import { serve } from '../../workers/serve.ts'
import { ballotOf, keysOf } from '../ballots.ts'
import { type ContestantName, enter } from '../contestants/index.ts'

/** One contestant over a Redis that holds more than its memory does. */
export interface RedisReadsOptions {
  name: ContestantName
  redisUrl: string
  /** Whether each entry carries a tag of its own. */
  tagged: boolean
  /** Keys asked for in turn. */
  keys: number
  /** What memory holds; so much less than `keys` that what is asked for has always left it again. */
  memoryEntries: number
}

const atOnce = 500
const load = () => Promise.reject(new Error('A read that Redis could answer was a miss.'))

async function create({ name, redisUrl, tagged, keys: length, memoryEntries }: RedisReadsOptions) {
  const contestant = await (await enter(name))({ redisUrl, memoryEntries, tags: tagged })
  const keys = keysOf(name, length)
  const all = async (work: (id: number) => Promise<unknown>) => {
    for (let from = 0; from < length; from += atOnce) {
      await Promise.all(Array.from({ length: Math.min(atOnce, length - from) }, (_, at) => work(from + at)))
    }
  }
  await all((id) => contestant.set(keys[id]!, ballotOf(id), ...(tagged ? [[`tag:${id}`]] : [])))
  // Once through everything: what a cache learns about its keys and tags at the first sight of them it knows by then.
  await all((id) => contestant.getOrLoad(keys[id]!, load))
  let cursor = 0
  const next = (count: number) => {
    if (cursor + count > length) cursor = 0
    cursor += count
    return keys.slice(cursor - count, cursor)
  }

  async function read(key: string): Promise<void> {
    if ((await contestant.getOrLoad(key, load)) === undefined) throw new Error(`${name} lost ${key}.`)
  }

  async function readUntil(end: number): Promise<number> {
    let reads = 0
    for (; performance.now() < end; reads++) await read(next(1)[0]!)
    return reads
  }

  return {
    /** So many readers, each asking for the next key as soon as it has the last. */
    async read({ readers, milliseconds }: { readers: number; milliseconds: number }) {
      const startedAt = performance.now()
      const counts = await Promise.all(
        Array.from({ length: readers }, () => readUntil(startedAt + milliseconds)),
      )
      const reads = counts.reduce((sum, count) => sum + count, 0)
      return { reads, seconds: (performance.now() - startedAt) / 1000 }
    },
    /** Distinct keys, all asked for before any answer. */
    async tick(readers: number): Promise<void> {
      await Promise.all(next(readers).map(read))
    },
    /** Milliseconds of one call for many keys, the mean of several in a row. */
    async many({ size, calls }: { size: number; calls: number }): Promise<number> {
      const startedAt = performance.now()
      for (let call = 0; call < calls; call++) {
        const found = await contestant.getMany?.(next(size))
        if (countFound(found) !== size) throw new Error(`${name} did not find all of ${size} keys.`)
      }
      return (performance.now() - startedAt) / calls
    },
  }
}

function countFound(found: unknown): number {
  const values = found instanceof Map ? [...found.values()] : (found as unknown[])
  return values.filter((value) => value !== undefined).length
}

export type RedisReadsMethods = Awaited<ReturnType<typeof create>>

serve(create)
