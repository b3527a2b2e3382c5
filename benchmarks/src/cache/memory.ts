import { createCache, createTagSpace } from '@hotpath/cache'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a full cache of small entries says that it holds, and what the process grew by; in bytes. */
export async function measureMemory(entries: number): Promise<{ stated: number; grown: number }> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  const cache = createCache({
    namespace: 'memory',
    tags: createTagSpace(),
    maxEntries: entries,
    maxBytes: '8GiB',
  })
  // More than fit: a store that never evicted has no ghost.
  for (let id = 0; id < 1.2 * entries; id++) {
    await cache.set(`ballot:${id}`, { id, title: `Ballot ${id}`, open: true })
  }
  return { grown: used() - before, stated: cache.stats().bytes }
}
