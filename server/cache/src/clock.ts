import type { Clock } from '@hotpath/core'

const origin = performance.timeOrigin

/** Milliseconds since 1970. Monotonic: a machine whose clock is set back must not keep entries for longer. */
export const steadyClock: Clock = () => origin + performance.now()

/** Reads served by one look at the clock. */
const readsPerLook = 64

/**
 * The steady clock for a path that asks millions of times a second, where the look would cost more than all the
 * rest: one look serves a turn of the event loop, or 64 reads of it. A stretch of code in which nothing else could
 * happen counts as one moment.
 */
export function createTurnClock(look: Clock = steadyClock): Clock {
  let now = 0
  let left = 0
  let turnEnds = false
  const endTurn = () => {
    left = 0
    turnEnds = false
  }
  return () => {
    if (left > 0) {
      left -= 1
      return now
    }
    now = look()
    left = readsPerLook
    if (!turnEnds) {
      turnEnds = true
      setImmediate(endTurn).unref()
    }
    return now
  }
}
