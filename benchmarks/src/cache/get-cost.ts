import { createMemoryStore } from '@hotpath/cache'
import { median } from '@hotpath/core'
import { LRUCache } from 'lru-cache'
import { createRandom } from './traces.ts'

/** Nanoseconds of one `get` that hits, the median of interleaved rounds. */
export interface GetCost {
  hotpath: number
  'lru-cache': number
  Map: number
}

/** Full stores of so many entries, that have evicted, asked for what they hold in random order. */
export function measureGet(entries: number, rounds: number): GetCost {
  const ours = createMemoryStore<object>({ maxEntries: entries, maxBytes: '8GiB' })
  for (let id = 0; id < 1.1 * entries; id++) ours.set(`ballot:${id}`, {}, 1)
  const held = [...ours.entries()]
  const lru = new LRUCache<string, object>({ max: entries })
  for (const [key, value] of held) lru.set(key, value)
  const random = createRandom(1)
  const asked = Array.from({ length: 200_000 }, () => held[Math.floor(random() * held.length)]![0])
  const peers = { hotpath: ours, 'lru-cache': lru, Map: new Map(held) }
  const times: Record<string, number[]> = {}
  for (let round = -2; round < rounds; round++) {
    for (const [name, peer] of Object.entries(peers)) {
      const nanoseconds = time(peer, asked)
      if (round >= 0) (times[name] ??= []).push(nanoseconds)
    }
  }
  const medians = Object.entries(times).map(([name, all]) => [name, median(all)])
  return Object.fromEntries(medians) as GetCost
}

function time(peer: { get(key: string): object | undefined }, asked: readonly string[]): number {
  const startedAt = process.hrtime.bigint()
  let hits = 0
  for (const key of asked) if (peer.get(key) !== undefined) hits += 1
  const nanoseconds = Number(process.hrtime.bigint() - startedAt) / asked.length
  if (hits !== asked.length) throw new Error(`${asked.length - hits} of ${asked.length} gets missed.`)
  return nanoseconds
}
