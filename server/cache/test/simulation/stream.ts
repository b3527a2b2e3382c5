import type { VirtualTime } from './virtual-time.ts'

/** One direction of a connection: what is sent arrives in order, after a delay. */
export interface Stream<T> {
  send(items: readonly T[]): void
  /** Nothing arrives for `ms`; then all of it at once. */
  stall(ms: number): void
  /** What is under way is lost, and all that is sent later. */
  cut(): void
  /** Until when something unusual keeps back what is sent, in virtual milliseconds. */
  stalledUntil(): number
}

export interface StreamOptions<T> {
  time: VirtualTime
  /** Milliseconds that the next items take. */
  latency: () => number
  /** Gets everything that arrives in one piece. */
  arrive: (items: readonly T[]) => void
}

export function createStream<T>({ time, latency, arrive }: StreamOptions<T>): Stream<T> {
  const underWay: { at: number; item: T }[] = []
  let lastAt = 0
  let stalledUntil = 0
  let set = false
  let isCut = false

  function schedule(): void {
    if (set || underWay.length === 0) return
    set = true
    const at = Math.max(underWay[0]!.at, stalledUntil)
    time.setTimeout(() => {
      set = false
      if (!isCut) deliver()
    }, at - time.now())
  }

  function deliver(): void {
    const now = time.now()
    if (now >= stalledUntil) {
      let due = 0
      while (due < underWay.length && underWay[due]!.at <= now) due += 1
      if (due > 0) arrive(underWay.splice(0, due).map(({ item }) => item))
    }
    schedule()
  }

  return {
    send(items) {
      if (isCut) return
      for (const item of items) {
        lastAt = Math.max(lastAt, time.now() + latency())
        underWay.push({ at: lastAt, item })
      }
      schedule()
    },
    stall: (ms) => void (stalledUntil = Math.max(stalledUntil, time.now() + ms)),
    cut() {
      isCut = true
      underWay.length = 0
    },
    stalledUntil: () => stalledUntil,
  }
}
