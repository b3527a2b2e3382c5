import { serve } from '../../workers/serve.ts'
import { askedKeys, ballotOf, keysOf } from '../ballots.ts'
import { type ContestantName, enter } from '../contestants/index.ts'

/** One contestant with everything in memory. */
export interface HitsOptions {
  name: ContestantName
  redisUrl: string | null
  /** Whether each entry carries a tag of its own. */
  tagged: boolean
}

const entries = 1000
/** Longer than what a processor remembers of the branches it took. */
const batch = 20_000
const load = () => Promise.reject(new Error('A hit was a miss.'))

async function create({ name, redisUrl, tagged }: HitsOptions) {
  const contestant = await (await enter(name))({ redisUrl, memoryEntries: 10 * entries, tags: tagged })
  const keys = keysOf(`${name} ${process.pid}`, entries)
  for (const [id, key] of keys.entries()) {
    await contestant.set(key, ballotOf(id), ...(tagged ? [[`tag:${id}`]] : []))
  }
  const asked = askedKeys(keys, batch)
  const check = (hits: number) => {
    if (hits !== batch) throw new Error(`${batch - hits} of ${batch} reads of ${name} found nothing.`)
  }

  async function awaitBatch(): Promise<void> {
    let hits = 0
    for (const key of asked) if ((await contestant.getOrLoad(key, load)) !== undefined) hits += 1
    check(hits)
  }

  function peekBatch(): void {
    let hits = 0
    for (const key of asked) if (contestant.peek?.(key) !== undefined) hits += 1
    check(hits)
  }

  return {
    /** Nanoseconds of one awaited hit, measured for so long. */
    async hit(milliseconds: number): Promise<number> {
      const startedAt = performance.now()
      let batches = 0
      for (; performance.now() - startedAt < milliseconds; batches++) await awaitBatch()
      return (1e6 * (performance.now() - startedAt)) / (batches * batch)
    },
    /** Nanoseconds of one synchronous read, measured for so long. */
    peek(milliseconds: number): number {
      const startedAt = performance.now()
      let batches = 0
      for (; performance.now() - startedAt < milliseconds; batches++) peekBatch()
      return (1e6 * (performance.now() - startedAt)) / (batches * batch)
    },
    /**
     * Bytes of heap that one call takes, its promise included; nothing awaits it, for that would cost all the same.
     * Needs --expose-gc and a young generation that so many calls cannot fill.
     */
    async allocated(): Promise<number> {
      for (let warm = 0; warm < 5; warm++) await awaitBatch()
      let last: unknown
      globalThis.gc?.()
      const before = process.memoryUsage().heapUsed
      for (let batches = 0; batches < 5; batches++) {
        // By index: an iterator would allocate a result for each.
        for (let at = 0; at < batch; at++) last = contestant.getOrLoad(asked[at]!, load)
      }
      const bytes = process.memoryUsage().heapUsed - before
      await last
      return bytes / (5 * batch)
    },
  }
}

export type HitsMethods = Awaited<ReturnType<typeof create>>

serve(create)
