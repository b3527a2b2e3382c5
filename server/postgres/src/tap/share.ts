/** Calls and time under a name: a route, a line of code. */
export interface Share {
  name: string
  calls: number
  totalMs: number
}

/** The name under which everything beyond the limit is counted together. */
export const others = '(others)'

/** Adds one call under `name`, in a map of at most `max` names and `(others)`. */
export function addShare(
  shares: Map<string, Share>,
  name: string,
  { durationMs, max, calls = 1 }: { durationMs: number; max: number; calls?: number },
): void {
  let share = shares.get(name)
  if (!share) {
    const kept = shares.size < max ? name : others
    share = shares.get(kept) ?? { name: kept, calls: 0, totalMs: 0 }
    shares.set(kept, share)
  }
  share.calls += calls
  share.totalMs += durationMs
}

/** The one with the most time first. */
export function sharesByTime(shares: ReadonlyMap<string, Share>): Share[] {
  return [...shares.values()].map((share) => ({ ...share })).sort((a, b) => b.totalMs - a.totalMs)
}
