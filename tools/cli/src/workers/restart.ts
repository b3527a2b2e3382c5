/** A worker that lasted this long was well; what ended it says nothing of the next. Milliseconds. */
const settledMs = 10_000
const firstPauseMs = 100
const longestPauseMs = 30_000

/** When the successor of a worker that ended is started. */
export interface RestartPolicy {
  /** How long to wait before the next one, in milliseconds, after one that lasted `livedMs`. */
  pauseAfter(livedMs: number): number
}

/** At once after a long life; after short ones twice as long each time, up to half a minute. */
export function createRestartPolicy(): RestartPolicy {
  let quickEnds = 0
  return {
    pauseAfter(livedMs) {
      quickEnds = livedMs < settledMs ? quickEnds + 1 : 0
      return quickEnds === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (quickEnds - 1))
    },
  }
}
