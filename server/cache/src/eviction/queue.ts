/** One entry of a store, linked into the queue it is in. */
export interface Node<K, V> {
  readonly key: K
  /** From `keyHash`; the ghost and the duel know an entry by it. */
  readonly hash: number
  value: V
  bytes: number
  /** Uses since it entered its queue, up to a small bound. */
  uses: number
  queue: Queue<K, V>
  newer: Node<K, V>
  older: Node<K, V>
}

/** A first-in-first-out queue of nodes that can leave from anywhere, in constant time and without allocating. */
export interface Queue<K, V> {
  /** Enters as the newest. The node must be in no queue. */
  push(node: Node<K, V>): void
  remove(node: Node<K, V>): void
  /** Undefined when empty. */
  oldest(): Node<K, V> | undefined
  clear(): void
  size(): number
  bytes(): number
}

export function createQueue<K, V>(): Queue<K, V> {
  // One ring through an end that holds nothing: no link is ever absent, so linking has no special cases.
  const end = {} as Node<K, V>
  end.newer = end
  end.older = end
  let size = 0
  let bytes = 0
  const queue: Queue<K, V> = {
    push(node) {
      node.queue = queue
      node.older = end.older
      node.newer = end
      end.older.newer = node
      end.older = node
      size += 1
      bytes += node.bytes
    },
    remove(node) {
      node.older.newer = node.newer
      node.newer.older = node.older
      // Else a removed node in the old generation would keep all that entered after it from being collected young.
      node.newer = node
      node.older = node
      size -= 1
      bytes -= node.bytes
    },
    oldest: () => (end.newer === end ? undefined : end.newer),
    clear() {
      end.newer = end
      end.older = end
      size = 0
      bytes = 0
    },
    size: () => size,
    bytes: () => bytes,
  }
  return queue
}
