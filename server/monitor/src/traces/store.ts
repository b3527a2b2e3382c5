import type { Trace } from '@hotpath/core'

/** A trace as it is kept: whoever shows it says which process it is of. */
export type KeptTrace = Omit<Trace, 'worker'>

/** The traces that were kept, within a bound. */
export interface TraceStore {
  add(trace: KeptTrace, now: number): void
  /** The slowest first. */
  list(filter: { route?: string | undefined; since?: number | undefined; limit: number }): KeptTrace[]
  /** The latest of that id: callers choose ids, and may use one for several requests. */
  find(id: string): KeptTrace | undefined
  size(): { traces: number; bytes: number; maxBytes: number }
}

export interface TraceStoreOptions {
  /** What all of them take together at most, as estimated. @default 4 MiB */
  maxBytes?: number
  /** Traces of one route: half of them the slowest, half the latest. @default 20 */
  perRoute?: number
  /** Older ones are forgotten. Milliseconds. @default an hour */
  maxAgeMs?: number
}

interface Kept {
  readonly trace: KeptTrace
  readonly bytes: number
}

/** Makes an empty one. */
export function createTraceStore(options: TraceStoreOptions = {}): TraceStore {
  const { maxBytes = 4 * 1024 * 1024, perRoute = 20, maxAgeMs = 3_600_000 } = options
  /** In the order in which they came. */
  let all: Kept[] = []
  let bytes = 0

  function drop(gone: ReadonlySet<Kept>): void {
    if (gone.size === 0) return
    all = all.filter((kept) => !gone.has(kept))
    for (const kept of gone) bytes -= kept.bytes
  }

  /** Of a route that has too many: the oldest of those that are not among its slowest. */
  function surplusOf(route: string): Kept | undefined {
    const ofRoute = all.filter(({ trace }) => trace.route === route)
    if (ofRoute.length <= perRoute) return undefined
    const slowest = new Set(ofRoute.toSorted(bySlowness).slice(0, Math.floor(perRoute / 2)))
    return ofRoute.find((kept) => !slowest.has(kept))
  }

  return {
    add(trace, now) {
      const kept = { trace, bytes: estimate(trace) }
      all.push(kept)
      bytes += kept.bytes
      const gone = new Set(all.filter(({ trace: { at } }) => at < now - maxAgeMs))
      const surplus = surplusOf(trace.route)
      if (surplus) gone.add(surplus)
      drop(gone)
      while (bytes > maxBytes && all.length > 0) drop(new Set([all[0]!]))
    },
    list({ route, since = 0, limit }) {
      return all
        .filter(({ trace }) => trace.at >= since && (route === undefined || trace.route === route))
        .sort(bySlowness)
        .slice(0, limit)
        .map(({ trace }) => trace)
    },
    find: (id) => all.findLast(({ trace }) => trace.id === id)?.trace,
    size: () => ({ traces: all.length, bytes, maxBytes }),
  }
}

const bySlowness = (a: Kept, b: Kept) => b.trace.durationMs - a.trace.durationMs

/** What a trace takes in memory, about: its texts, two bytes a character, and its objects. */
function estimate({ spans, sentence, route, reasons }: KeptTrace): number {
  const texts = spans.reduce((sum, { name, detail }) => sum + name.length + detail.length, 0)
  return 600 + 2 * (texts + sentence.length + route.length) + 150 * spans.length + 200 * reasons.length
}
