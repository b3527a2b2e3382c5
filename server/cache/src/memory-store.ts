import { type Bytes, parseBytes } from '@hotpath/core'
import { cacheErrors } from './errors.ts'
import { createBoundedQueues, type Favour } from './eviction/bounded-queues.ts'
import { createDuel } from './eviction/duel.ts'
import { keyHash } from './eviction/key-hash.ts'
import type { Node } from './eviction/queue.ts'
import { requireSize } from './size-of.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions<V = never> {
  /** Most entries kept. @default 10_000 */
  maxEntries?: number
  /** Most bytes kept, by the sizes given to `set`. @default '64MiB' */
  maxBytes?: Bytes
  /** Told each value that leaves: evicted, deleted, replaced or cleared. It must not use the store. @default none */
  removed?(value: V): void
}

const defaults = {
  maxEntries: 10_000,
  maxBytes: '64MiB',
} as const satisfies MemoryStoreOptions

// What the web asks for; where it does not, the duel finds out within a few turnovers of the store.
const initialFavour: Favour = 'repeated'

/**
 * A store in this process that keeps what is used again (S3-FIFO), or, while that would hit more often, what was
 * used last (LRU); docs/decisions/006-eviction.md. Replacing a value is no use of it.
 * @throws HP_CACHE_BOUND_INVALID, HP_BYTES_INVALID
 */
export function createMemoryStore<V extends object>(options: MemoryStoreOptions<V> = {}): Store<V> {
  const { maxEntries, maxBytes } = { ...defaults, ...options }
  const byteBound = parseBytes(maxBytes)
  requireBound('maxEntries', maxEntries)
  requireBound('maxBytes', byteBound)
  const queues = createBoundedQueues<string, V>(
    { maxEntries, maxBytes: byteBound },
    initialFavour,
    options.removed,
  )
  const duel = createDuel(initialFavour)
  // A miss and the set that follows ask for the same hash.
  let missedKey = ''
  let missedHash = keyHash(missedKey)
  let lastRequested = -1

  /** Tells the duel, once for a run of requests of one key: they are hits whatever is favoured. */
  function request(hash: number, hit: boolean): void {
    if (hash === lastRequested) return
    lastRequested = hash
    const favour = duel.request(hash, hit)
    if (favour !== queues.favour()) queues.setFavour(favour)
  }

  function hashOf(key: string): number {
    if (key !== missedKey) {
      missedKey = key
      missedHash = keyHash(key)
    }
    return missedHash
  }

  function miss(key: string): undefined {
    // Until the duel samples keys, their hashes are of no interest.
    if (duel.below === 0) return
    const hash = hashOf(key)
    if (hash < duel.below) request(hash, false)
  }

  function add(key: string, value: V, bytes: number): void {
    const hash = hashOf(key)
    const full = queues.size() === maxEntries || queues.bytes() + bytes > byteBound
    if (full && queues.size() > 0) duel.size(queues.size(), () => hashesOf(queues.nodes()))
    if (hash < duel.below) duel.fill(hash)
    queues.add(key, hash, { value, bytes })
  }

  return {
    get(key) {
      const node = queues.find(key)
      if (node === undefined) return miss(key)
      queues.use(node)
      if (node.hash < duel.below) request(node.hash, true)
      return node.value
    },
    peek: (key) => queues.find(key)?.value,
    set(key, value, given) {
      const bytes = Math.max(1, Math.ceil(requireSize(given)))
      const node = queues.find(key)
      if (bytes > byteBound) {
        if (node !== undefined) queues.remove(node)
        return false
      }
      if (node === undefined) add(key, value, bytes)
      else queues.replace(node, value, bytes)
      return true
    },
    delete(key) {
      const node = queues.find(key)
      if (node !== undefined) queues.remove(node)
      return node !== undefined
    },
    clear() {
      queues.clear()
      duel.clear()
    },
    keys: () => keysOf(queues.nodes()),
    entries: () => entriesOf(queues.nodes()),
    size: queues.size,
    bytes: queues.bytes,
    evictions: queues.evictions,
  }
}

function* keysOf<V>(nodes: Iterable<Node<string, V>>): Iterable<string> {
  for (const { key } of nodes) yield key
}

function* entriesOf<V>(nodes: Iterable<Node<string, V>>): Iterable<[string, V]> {
  for (const { key, value } of nodes) yield [key, value]
}

function* hashesOf<V>(nodes: Iterable<Node<string, V>>): Iterable<number> {
  for (const { hash } of nodes) yield hash
}

function requireBound(name: string, given: number): void {
  if (Number.isInteger(given) && given >= 1) return
  throw cacheErrors.HP_CACHE_BOUND_INVALID({ name, given: String(given) })
}
