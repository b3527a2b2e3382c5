import { createGhost } from './ghost.ts'
import { createQueue, type Node, type Queue } from './queue.ts'

/**
 * Which entries to keep: those used again, or those used last. `repeated` is S3-FIFO (Yang et al., "FIFO Queues are
 * All You Need for Cache Eviction", SOSP 2023); `recent` is LRU.
 */
export type Favour = 'repeated' | 'recent'

export interface Bounds {
  maxEntries: number
  maxBytes: number
}

/** Entries bounded in number and bytes, and what to evict among them. Sizes are whole numbers of 1 or more. */
export interface BoundedQueues<K, V> {
  find(key: K): Node<K, V> | undefined
  /** Counts a use. */
  use(node: Node<K, V>): void
  /** Keeps a new entry, which must fit the bounds and whose key must be absent; evicts others as needed. */
  add(key: K, hash: number, content: { value: V; bytes: number }): Node<K, V>
  /** Gives an entry another value, which must fit the bounds. No use, but it becomes the newest of its queue. */
  replace(node: Node<K, V>, value: V, bytes: number): void
  /** Takes an entry out; it is no eviction, and a proven entry that comes back is taken for proven. */
  remove(node: Node<K, V>): void
  clear(): void
  nodes(): Iterable<Node<K, V>>
  favour(): Favour
  setFavour(favour: Favour): void
  size(): number
  bytes(): number
  evictions(): number
}

/** The share of both bounds that new entries get to be used again in. The paper's figure. */
const smallShare = 0.1
/** Two bits, as in the paper. */
const mostUses = 3
/** Entries spared in one eviction; with more, one insertion could walk a large cache whose every entry is in use. */
const mostSpared = 256

/** `removed` is told each value that leaves, however it does. */
export function createBoundedQueues<K, V>(
  { maxEntries, maxBytes }: Bounds,
  initial: Favour,
  removed: (value: V) => void = () => {},
): BoundedQueues<K, V> {
  const index = new Map<K, Node<K, V>>()
  const small: Queue<K, V> = createQueue()
  const main: Queue<K, V> = createQueue()
  const ghost = createGhost()
  const smallEntries = Math.max(1, Math.floor(smallShare * maxEntries))
  const smallBytes = Math.max(1, Math.floor(smallShare * maxBytes))
  let favour = initial
  let evicted = 0

  const bytes = () => small.bytes() + main.bytes()

  function move(node: Node<K, V>, to: Queue<K, V>): void {
    node.queue.remove(node)
    to.push(node)
  }

  function drop(node: Node<K, V>): void {
    node.queue.remove(node)
    index.delete(node.key)
    removed(node.value)
    // A Map's outgrown tables link to their successors: what they hold is not collected young. Let it be little.
    node.value = undefined as V
  }

  /** What leaves next; spares on the way what was used. Called only while there is an entry. */
  function victim(): Node<K, V> {
    for (let spared = 0; ; spared++) {
      const crowded = small.size() >= smallEntries || small.bytes() >= smallBytes
      const oldest = (crowded ? undefined : main.oldest()) ?? small.oldest() ?? main.oldest()!
      if (oldest.uses === 0 || favour === 'recent' || spared >= mostSpared) return oldest
      oldest.uses = oldest.queue === small ? 0 : oldest.uses - 1
      move(oldest, main)
    }
  }

  function makeRoom(entries: number, size: number): void {
    while (small.size() + main.size() + entries > maxEntries || bytes() + size > maxBytes) {
      const node = victim()
      if (node.queue === small) ghost.add(node.hash, index.size)
      drop(node)
      evicted += 1
    }
  }

  return {
    find: (key) => index.get(key),
    use(node) {
      if (node.uses < mostUses) node.uses += 1
      if (favour === 'recent') move(node, main)
    },
    add(key, hash, { value, bytes: size }) {
      makeRoom(1, size)
      const proven = favour === 'recent' || ghost.take(hash, index.size)
      const queue = proven ? main : small
      // All fields at once: V8 keeps what is added later outside the object. What a hit looks at comes first.
      const links = undefined as unknown as Node<K, V>
      const node: Node<K, V> = { value, uses: 0, hash, key, bytes: size, queue, newer: links, older: links }
      queue.push(node)
      index.set(key, node)
      return node
    },
    replace(node, value, size) {
      const { queue } = node
      // Out of its queue while others go: it must not be the one to leave.
      queue.remove(node)
      removed(node.value)
      node.value = value
      node.bytes = size
      makeRoom(1, size)
      queue.push(node)
    },
    remove(node) {
      if (node.queue === main || node.uses > 0) ghost.add(node.hash, index.size)
      drop(node)
    },
    clear() {
      for (const { value } of index.values()) removed(value)
      index.clear()
      small.clear()
      main.clear()
      ghost.clear()
    },
    nodes: () => index.values(),
    favour: () => favour,
    setFavour(next) {
      favour = next
      if (next === 'repeated') return
      for (let node = small.oldest(); node !== undefined; node = small.oldest()) move(node, main)
    },
    size: () => index.size,
    bytes,
    evictions: () => evicted,
  }
}
