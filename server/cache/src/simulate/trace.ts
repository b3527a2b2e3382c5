/** Requests for keys, in their order. A key is kept once, and four bytes for each request. */
export interface Trace {
  /** Appends a request. */
  add(key: string): void
  /** Each distinct key; its index is its id. */
  readonly keys: readonly string[]
  /** The ids of the keys requested, in order. A view of what was added so far. */
  requests(): Uint32Array
}

/** Fewer than the 2^24 entries that a Map of V8 can hold. */
const mostPerIndex = 16_000_000

/** An empty trace. */
export function createTrace(): Trace {
  let newest = new Map<string, number>()
  const indexes = [newest]
  const keys: string[] = []
  let requests = new Uint32Array(1024)
  let length = 0

  function idOf(key: string): number | undefined {
    for (const index of indexes) {
      const id = index.get(key)
      if (id !== undefined) return id
    }
    return undefined
  }

  function append(key: string): number {
    if (newest.size === mostPerIndex) {
      newest = new Map()
      indexes.push(newest)
    }
    newest.set(key, keys.length)
    return keys.push(key) - 1
  }

  return {
    add(key) {
      const id = idOf(key) ?? append(key)
      if (length === requests.length) {
        const larger = new Uint32Array(2 * length)
        larger.set(requests)
        requests = larger
      }
      requests[length] = id
      length += 1
    },
    keys,
    requests: () => requests.subarray(0, length),
  }
}
