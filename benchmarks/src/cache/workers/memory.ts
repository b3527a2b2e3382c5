import { createCache, createTagSpace } from '@hotpath/cache'
import { serve } from '../../workers/serve.ts'

function used(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const smallValue = (id: number) => ({ id, title: `Ballot ${id}`, open: true })

async function bytesPerEntry(entries: number): Promise<number> {
  const cache = createCache({ namespace: 'sample', tags: createTagSpace(), maxEntries: 2 * entries })
  // Ids from the middle of those that follow, so that keys are as long as theirs are on average.
  for (let id = 0; id < entries; id++) await cache.set(`ballot:${500_000 + id}`, smallValue(500_000 + id))
  return cache.stats().bytes / entries
}

function create() {
  return {
    /**
     * What a cache grows the process by when it is filled to a bound in bytes that about so many entries reach. Needs
     * --expose-gc.
     */
    async fill(entries: number): Promise<{ grown: number; bound: number; held: number }> {
      const bound = Math.round(entries * (await bytesPerEntry(10_000)))
      const before = used()
      const cache = createCache({
        namespace: 'memory',
        tags: createTagSpace(),
        maxEntries: 10 * entries,
        maxBytes: bound,
      })
      // More than fit: a store that never evicted has no ghost.
      for (let id = 0; id < 1.2 * entries; id++) await cache.set(`ballot:${id}`, smallValue(id))
      const grown = used() - before
      return { grown, bound, held: cache.stats().entries }
    },
  }
}

export type MemoryMethods = ReturnType<typeof create>

serve(create)
