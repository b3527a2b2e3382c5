import type { Trace } from './trace.ts'

const never = 2 ** 32 - 1

/**
 * The hits of a store of so many entries that knows the future: it always keeps what is requested and evicts what is
 * requested again last (Belady's MIN, IBM Systems Journal 1966). No store that keeps what it loads can hit more.
 * Yields the number of requests played, now and then. O(n log n).
 */
export function* countOptimalHits(trace: Trace, entries: number): Generator<number, number> {
  const requests = trace.requests()
  const next = nextRequests(requests, trace.keys.length)
  const stored = new Uint8Array(trace.keys.length)
  const heap = createHeap(entries)
  const finished: number[] = []
  let size = 0
  let hits = 0
  for (let now = 0; now < requests.length; now++) {
    if (now % 65_536 === 0) yield now
    const id = requests[now]!
    if (stored[id] === 1) {
      hits += 1
    } else {
      if (size === entries) {
        const gone = finished.pop() ?? requests[heap.takeLargest()]!
        stored[gone] = 0
        size -= 1
      }
      stored[id] = 1
      size += 1
    }
    // An entry is known in the heap by the place of its next request, which is its alone.
    if (next[now] === never) finished.push(id)
    else heap.add(next[now]!, now)
  }
  return hits
}

/** For each request, where its key is requested next. */
function nextRequests(requests: Uint32Array, keys: number): Uint32Array {
  const next = new Uint32Array(requests.length)
  const seen = new Uint32Array(keys).fill(never)
  for (let place = requests.length - 1; place >= 0; place--) {
    next[place] = seen[requests[place]!]!
    seen[requests[place]!] = place
  }
  return next
}

/**
 * A binary heap of places in the trace, the largest on top. Places that have passed belong to entries that were
 * requested meanwhile and stand in the heap a second time: they can never be the largest, and are swept when they
 * are more than half.
 */
function createHeap(entries: number) {
  const most = 2 * entries + 64
  let places: number[] = []

  function rise(place: number): void {
    let at = places.length
    places.push(place)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (places[parent]! >= place) break
      places[at] = places[parent]!
      at = parent
    }
    places[at] = place
  }

  function sink(place: number): void {
    let at = 0
    for (let child = 1; child < places.length; child = 2 * at + 1) {
      if (child + 1 < places.length && places[child + 1]! > places[child]!) child += 1
      if (places[child]! <= place) break
      places[at] = places[child]!
      at = child
    }
    places[at] = place
  }

  return {
    add(place: number, now: number): void {
      if (places.length >= most) {
        // In falling order, which is a heap.
        places = places.filter((known) => known > now).sort((one, other) => other - one)
      }
      rise(place)
    },
    takeLargest(): number {
      const largest = places[0]!
      const last = places.pop()!
      if (places.length > 0) sink(last)
      return largest
    },
  }
}
