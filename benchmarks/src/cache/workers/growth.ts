import { serve } from '../../workers/serve.ts'
import { askedKeys, keysOf } from '../ballots.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { enter } from '../contestants/index.ts'

/** One contestant, small and large. */
export interface GrowthOptions {
  name: 'hotpath' | 'map'
  sizes: number[]
}

const calls = 200_000
const load = () => Promise.reject(new Error('A hit was a miss.'))

async function create({ name, sizes }: GrowthOptions) {
  const enterOne = await enter(name)
  const filled = new Map<number, { contestant: Contestant; asked: string[] }>()
  for (const size of sizes) {
    // Room to spare: what is compared is the cost of finding, not of evicting.
    const contestant = await enterOne({ redisUrl: null, memoryEntries: 2 * size, tags: false })
    const keys = keysOf('ballot', size)
    for (const [id, key] of keys.entries()) await contestant.set(key, { id })
    filled.set(size, { contestant, asked: askedKeys(keys, calls) })
  }
  const of = (size: number) => filled.get(size)!

  return {
    /** Nanoseconds of a synchronous read of memory. */
    peek(size: number): number {
      const { contestant, asked } = of(size)
      const startedAt = performance.now()
      let hits = 0
      for (const key of asked) if (contestant.peek?.(key) !== undefined) hits += 1
      const nanoseconds = (1e6 * (performance.now() - startedAt)) / calls
      if (hits !== calls) throw new Error(`${calls - hits} of ${calls} reads found nothing.`)
      return nanoseconds
    },
    /** Nanoseconds of an awaited hit. */
    async hit(size: number): Promise<number> {
      const { contestant, asked } = of(size)
      const startedAt = performance.now()
      for (const key of asked) await contestant.getOrLoad(key, load)
      return (1e6 * (performance.now() - startedAt)) / calls
    },
  }
}

export type GrowthMethods = Awaited<ReturnType<typeof create>>

serve(create)
