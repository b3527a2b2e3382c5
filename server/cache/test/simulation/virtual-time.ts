/** Time that passes only when it is told to. Milliseconds since the start of a history; fractions are allowed. */
export interface VirtualTime {
  now(): number
  setTimeout(run: () => void, ms: number): VirtualTimer
  clearTimeout(timer: VirtualTimer): void
  /**
   * Lets `ms` pass: runs what falls due, in order, and lets every promise continuation run after each callback, as a
   * turn of the event loop does.
   */
  advance(ms: number): Promise<void>
  /** How many timers wait. */
  waiting(): number
}

export interface VirtualTimer {
  at: number
  order: number
  /** Null once it ran or was cleared. */
  run: (() => void) | null
}

/** Callbacks per turn of the real event loop; Node runs promise continuations between immediates. */
const batch = 24

export function createVirtualTime(): VirtualTime {
  const heap = createHeap()
  let now = 0
  let order = 0

  /** Runs the next callback that is due by `until`; false when there is none. */
  function step(until: number): boolean {
    const timer = heap.first()
    if (timer === undefined || timer.at > until) {
      now = until
      return false
    }
    heap.pop()
    const { run } = timer
    if (run === null) return true
    timer.run = null
    now = Math.max(now, timer.at)
    run()
    return true
  }

  return {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + Math.max(0, ms), order: order++, run }
      heap.push(timer)
      return timer
    },
    clearTimeout(timer) {
      timer.run = null
    },
    advance(ms) {
      const until = now + ms
      return new Promise((resolve, reject) => {
        let running = true
        const once = () => {
          if (!running) return
          try {
            running = step(until)
          } catch (error) {
            running = false
            reject(error)
          }
          if (!running) resolve()
        }
        const round = () => {
          if (!running) return
          for (let index = 0; index < batch; index++) setImmediate(once)
          setImmediate(round)
        }
        setImmediate(round)
      })
    },
    waiting: () => heap.count((timer) => timer.run !== null),
  }
}

/** A binary heap; of equal times the first that was set comes first. */
function createHeap() {
  const items: VirtualTimer[] = []
  const before = (a: VirtualTimer, b: VirtualTimer) => a.at < b.at || (a.at === b.at && a.order < b.order)

  function sink(last: VirtualTimer): void {
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= items.length) break
      const right = items[child + 1]
      if (right !== undefined && before(right, items[child]!)) child += 1
      if (!before(items[child]!, last)) break
      items[index] = items[child]!
      index = child
    }
    items[index] = last
  }

  return {
    first: () => items[0],
    count: (matches: (timer: VirtualTimer) => boolean) => items.filter(matches).length,
    push(timer: VirtualTimer) {
      let index = items.length
      items.push(timer)
      while (index > 0) {
        const parent = (index - 1) >> 1
        if (!before(timer, items[parent]!)) break
        items[index] = items[parent]!
        index = parent
      }
      items[index] = timer
    },
    pop() {
      const last = items.pop()
      if (last !== undefined && items.length > 0) sink(last)
    },
  }
}
