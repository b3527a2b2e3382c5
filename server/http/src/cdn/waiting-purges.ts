import type { CdnAdapter, PurgeBatch, PurgeKind } from './purge-target.ts'

/** What is still to be purged, each thing once. */
export interface WaitingPurges {
  /** False where there is no place for it, and no larger purge that would do. */
  add(batch: PurgeBatch): boolean
  /** The next call, as full as it may be; undefined where nothing waits. What it holds waits no longer. */
  take(): PurgeBatch | undefined
  /** Things that wait. */
  size(): number
}

const order: readonly PurgeKind[] = ['tags', 'urls', 'prefixes']

/**
 * Holds at most `bound` things. Beyond that, one purge of everything takes the place of all of them, where the CDN can
 * do that: it then drops too much, and never keeps what it must not.
 */
export function createWaitingPurges(most: CdnAdapter['most'], bound: number): WaitingPurges {
  const waiting = new Map(order.map((kind) => [kind, new Set<string>()]))
  let everything = false

  const size = () => (everything ? 1 : order.reduce((total, kind) => total + waiting.get(kind)!.size, 0))

  function takeEverything(): boolean {
    if (most.everything === 0) return false
    everything = true
    for (const values of waiting.values()) values.clear()
    return true
  }

  return {
    add({ kind, values }) {
      if (everything) return true
      // What the CDN cannot do in small it does at large.
      if (kind === 'everything' || most[kind] === 0) return takeEverything()
      if (size() + values.length > bound) return takeEverything()
      const known = waiting.get(kind)!
      for (const value of values) known.add(value)
      return true
    },
    take() {
      if (everything) {
        everything = false
        return { kind: 'everything', values: [] }
      }
      for (const kind of order) {
        const known = waiting.get(kind)!
        if (known.size === 0) continue
        const values = [...known].slice(0, most[kind])
        for (const value of values) known.delete(value)
        return { kind, values }
      }
      return undefined
    },
    size,
  }
}
