import { createMemoryStore } from '@hotpath/cache'
import { countOptimalHits, createTrace } from '@hotpath/cache/simulate'
import { LRUCache } from 'lru-cache'
import type { Requests } from './traces.ts'

/** A trace, and the bound of the stores that it is played into. */
export interface Contest {
  requests: Requests
  maxEntries: number
  /** The size of a key's value; then the bound is `maxEntries` times `meanBytes`. */
  bytesOf: (key: number) => number
  meanBytes: number
}

/** Hits per request of a store that begins empty. */
export type Player = (contest: Contest) => number

/** Our store, bounded in bytes. */
export const hotpath: Player = ({ requests, maxEntries, meanBytes, bytesOf }) => {
  const store = createMemoryStore<object>({ maxEntries: 2 ** 30, maxBytes: maxEntries * meanBytes })
  const value = {}
  return play(requests, (key) => {
    const name = `key:${key}`
    if (store.get(name) !== undefined) return true
    store.set(name, value, bytesOf(key))
    return false
  })
}

/** The cache that most of Node uses, bounded in the same bytes. */
export const lruCache: Player = ({ requests, maxEntries, meanBytes, bytesOf }) => {
  const cache = new LRUCache<string, object>({ maxSize: maxEntries * meanBytes })
  const value = {}
  return play(requests, (key) => {
    const name = `key:${key}`
    if (cache.get(name) !== undefined) return true
    cache.set(name, value, { size: bytesOf(key) })
    return false
  })
}

/** What knowing the future allows; of equal sizes only. */
export const optimal: Player = ({ requests, maxEntries }) => {
  const trace = createTrace()
  for (const key of requests) trace.add(String(key))
  const counting = countOptimalHits(trace, maxEntries)
  let step = counting.next()
  while (step.done !== true) step = counting.next()
  return step.value / requests.length
}

/** SIEVE (Zhang et al., NSDI 2024): one queue, one bit, a hand that keeps its place; of equal sizes only. */
export const sieve: Player = ({ requests, maxEntries }) => {
  interface Node {
    key: number
    visited: boolean
    newer: Node
    older: Node
  }
  const index = new Map<number, Node>()
  const end = { key: -1, visited: false } as Node
  end.newer = end.older = end
  let hand = end
  const evict = () => {
    if (hand === end) hand = end.newer
    while (hand.visited) {
      hand.visited = false
      hand = hand.newer === end ? end.newer : hand.newer
    }
    index.delete(hand.key)
    hand.older.newer = hand.newer
    hand.newer.older = hand.older
    hand = hand.newer
  }
  return play(requests, (key) => {
    const node = index.get(key)
    if (node !== undefined) return (node.visited = true)
    if (index.size === maxEntries) evict()
    const added: Node = { key, visited: false, newer: end, older: end.older }
    end.older.newer = added
    end.older = added
    index.set(key, added)
    return false
  })
}

/**
 * W-TinyLFU (Einziger et al., ACM TOS 2017) in its simplest form: a window of 1 %, a segmented LRU of the rest, and
 * exact frequencies, halved every ten sizes, where the original estimates; of equal sizes only.
 */
export const tinyLfu: Player = ({ requests, maxEntries }) => {
  const windowSize = Math.max(1, Math.round(maxEntries / 100))
  const mainSize = maxEntries - windowSize
  const [window, probation, kept] = [new Set<number>(), new Set<number>(), new Set<number>()]
  let frequencies = new Map<number, number>()
  let counted = 0
  const frequency = (key: number) => frequencies.get(key) ?? 0
  const oldest = (keys: Set<number>) => keys.values().next().value!
  const moveOldest = (from: Set<number>, to: Set<number>) => {
    const key = oldest(from)
    from.delete(key)
    to.add(key)
  }
  const count = (key: number) => {
    frequencies.set(key, Math.min(15, frequency(key) + 1))
    if (++counted < 10 * maxEntries) return
    counted = 0
    frequencies = new Map(
      [...frequencies].filter(([, times]) => times > 1).map(([key, times]) => [key, times >> 1]),
    )
  }
  const admit = () => {
    const candidate = oldest(window)
    window.delete(candidate)
    if (probation.size + kept.size >= mainSize) {
      const victims = probation.size > 0 ? probation : kept
      const victim = oldest(victims)
      if (frequency(candidate) <= frequency(victim)) return
      victims.delete(victim)
    }
    probation.add(candidate)
  }
  return play(requests, (key) => {
    count(key)
    if (window.delete(key)) return window.add(key).has(key)
    if (kept.delete(key)) return kept.add(key).has(key)
    if (probation.delete(key)) {
      kept.add(key)
      if (kept.size > 0.8 * mainSize) moveOldest(kept, probation)
      return true
    }
    window.add(key)
    if (window.size > windowSize) admit()
    return false
  })
}

function play(requests: Requests, isHit: (key: number) => boolean): number {
  let hits = 0
  for (const key of requests) if (isHit(key)) hits += 1
  return hits / requests.length
}
