import { createBoundedQueues } from '../eviction/bounded-queues.ts'
import { createMemoryStore } from '../memory-store.ts'
import { countOptimalHits } from './optimal.ts'
import type { Trace } from './trace.ts'

/** What a simulation compares: our store, least recently used, and the best that knowing the future allows. */
export type PolicyName = 'hotpath' | 'lru' | 'optimal'

/** Plays a trace into a store of so many entries; yields the requests played now and then, returns the hits. */
type Policy = (trace: Trace, entries: number) => Generator<number, number>

/** How each policy plays a trace. */
export const policies: Readonly<Record<PolicyName, Policy>> = {
  hotpath(trace, entries) {
    const store = createMemoryStore<object>({ maxEntries: entries, maxBytes: entries })
    const value = {}
    return play(trace, (id) => {
      const key = trace.keys[id]!
      if (store.get(key) !== undefined) return true
      store.set(key, value, 1)
      return false
    })
  },
  lru(trace, entries) {
    const queues = createBoundedQueues<number, undefined>(
      { maxEntries: entries, maxBytes: entries },
      'recent',
    )
    return play(trace, (id) => {
      const node = queues.find(id)
      if (node === undefined) queues.add(id, id, { value: undefined, bytes: 1 })
      else queues.use(node)
      return node !== undefined
    })
  },
  optimal: countOptimalHits,
}

/** The policies, in the order in which results are given. */
export const policyNames: readonly PolicyName[] = ['hotpath', 'lru', 'optimal']

function* play(trace: Trace, isHit: (id: number) => boolean): Generator<number, number> {
  const requests = trace.requests()
  let hits = 0
  for (let now = 0; now < requests.length; now++) {
    if (now % 65_536 === 0) yield now
    if (isHit(requests[now]!)) hits += 1
  }
  return hits
}
