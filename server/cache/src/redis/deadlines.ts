/** A command whose answer somebody waits for. */
export interface Waiting {
  resolve(reply: unknown): void
  reject(error: Error): void
  /** By `performance.now()`. */
  deadline: number
}

export interface DeadlineOptions {
  /** How long an answer may take, in milliseconds. */
  timeout: number
  /** How long a stalled connection may stay silent, in milliseconds, before `silent` is called. */
  patience: number
  timedOut(): Error
  silent(): void
}

/**
 * The commands under way on one connection, watched by one timer. Answers come in order: once one is late, those
 * behind it cannot come either, so all are given up at once, and new ones are not begun until something is answered.
 */
export interface Deadlines {
  stalled(): boolean
  add(waiting: Waiting): void
  /** An answer has come. False when it was given up before. */
  answered(waiting: Waiting): boolean
  /** Rejects all and ends the watch. */
  end(reason: () => Error): void
}

export function createDeadlines({ timeout, patience, timedOut, silent }: DeadlineOptions): Deadlines {
  const live = new Set<Waiting>()
  let stalledSince: number | undefined
  let timer: NodeJS.Timeout | undefined
  let afterReading: NodeJS.Immediate | undefined
  let ended = false

  function watch(milliseconds: number): void {
    timer = setTimeout(() => {
      // When this process itself was busy, answers may lie in the socket: they are read before setImmediate.
      afterReading = setImmediate(check)
    }, Math.ceil(milliseconds))
  }

  function unwatch(): void {
    clearTimeout(timer)
    clearImmediate(afterReading)
    timer = undefined
  }

  function check(): void {
    timer = undefined
    const now = performance.now()
    if (stalledSince !== undefined) {
      const left = stalledSince + patience - now
      if (left > 0) watch(left)
      else silent()
      return
    }
    if (live.size === 0) return
    let earliest = Infinity
    for (const { deadline } of live) earliest = Math.min(earliest, deadline)
    if (earliest > now) return watch(earliest - now)
    stalledSince = now
    rejectAll(timedOut)
    watch(patience)
  }

  function rejectAll(reason: () => Error): void {
    const all = [...live]
    live.clear()
    for (const { reject } of all) reject(reason())
  }

  return {
    stalled: () => stalledSince !== undefined,
    add(waiting) {
      live.add(waiting)
      if (timer === undefined && !ended) watch(timeout)
    },
    answered(waiting) {
      if (stalledSince !== undefined) {
        stalledSince = undefined
        // It was set for the patience, far too long for what is sent from here on.
        unwatch()
      }
      return live.delete(waiting)
    },
    end(reason) {
      ended = true
      unwatch()
      rejectAll(reason)
    },
  }
}
