import { channel } from 'node:diagnostics_channel'
import { type Clock, createHistogram } from '@hotpath/core'
import { type CacheLoadMessage, cacheChannels } from './channels.ts'
import { reasonOf } from './describe.ts'

/** Runs loaders, and counts, times and publishes them. */
export interface LoadMeter {
  /** Rejects where the loader throws, also at once. */
  run<T>(key: string, load: () => Promise<T> | T): Promise<T>
  stats(): { loads: number; loadErrors: number; loadMs: { mean: number; p95: number } }
}

export function createLoadMeter({ namespace, clock }: { namespace: string; clock: Clock }): LoadMeter {
  const ended = channel(cacheChannels.load)
  // 1 % is precise enough for a mean and a p95, in 26 kB.
  const durations = createHistogram({ precisionBits: 7 })
  let loads = 0
  let loadErrors = 0
  return {
    async run(key, load) {
      const began = clock()
      let error: string | null = null
      loads += 1
      try {
        return await load()
      } catch (thrown) {
        loadErrors += 1
        error = reasonOf(thrown)
        throw thrown
      } finally {
        const durationMs = clock() - began
        durations.record(durationMs)
        if (ended.hasSubscribers) {
          ended.publish({ namespace, key, durationMs, error } satisfies CacheLoadMessage)
        }
      }
    },
    stats: () => ({
      loads,
      loadErrors,
      loadMs: { mean: durations.mean(), p95: durations.quantile(0.95) },
    }),
  }
}
