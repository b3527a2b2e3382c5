import type { Span } from '@hotpath/core'

type Stretch = Pick<Span, 'startMs' | 'durationMs'>

/** How long at least one of them lasted, within 0 and `endMs`: what overlaps counts once. Milliseconds. */
export function unionMs(stretches: readonly Stretch[], endMs = Infinity): number {
  const ordered = stretches.toSorted((a, b) => a.startMs - b.startMs)
  let sum = 0
  let reached = 0
  for (const { startMs, durationMs } of ordered) {
    const from = Math.max(reached, startMs)
    const to = Math.min(endMs, startMs + durationMs)
    if (to <= from) continue
    sum += to - from
    reached = to
  }
  return sum
}
