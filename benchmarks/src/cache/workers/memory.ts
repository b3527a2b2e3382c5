import { type Cache, createCache, createTagSpace } from '@hotpath/cache'
import { serve } from '../../workers/serve.ts'

function used(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const mostEntries = 2 ** 30

interface Small {
  cache: Cache
  tagged: boolean
}

function put({ cache, tagged }: Small, id: number): Promise<void> {
  const value = { id, title: `Ballot ${id}`, open: true }
  return cache.set(`ballot:${id}`, value, tagged ? { tags: [`ballot:${id}`] } : {})
}

async function bytesPerEntry(tagged: boolean): Promise<number> {
  const cache = createCache({ namespace: 'sample', tags: createTagSpace(), maxEntries: mostEntries })
  // Ids from the middle of those that follow, so that keys are as long as theirs are on average.
  for (let id = 500_000; id < 510_000; id++) await put({ cache, tagged }, id)
  return cache.stats().bytes / 10_000
}

function create() {
  return {
    /**
     * What a cache grows the process by when it is filled to a bound in bytes that about so many entries reach. Needs
     * --expose-gc.
     */
    async fill({ entries, tagged }: { entries: number; tagged: boolean }) {
      const bound = Math.round(entries * (await bytesPerEntry(tagged)))
      const before = used()
      const cache = createCache({
        namespace: 'memory',
        tags: createTagSpace(),
        maxEntries: mostEntries,
        maxBytes: bound,
      })
      // More than fit: a store that never evicted has no ghost.
      for (let id = 0; id < 1.2 * entries; id++) await put({ cache, tagged }, id)
      const grown = used() - before
      return { grown, bound, held: cache.stats().entries }
    },
  }
}

export type MemoryMethods = ReturnType<typeof create>

serve(create)
