import type { Fix } from '@hotpath/core'

const most = 5

/** At most five: what saves the most time first; what saves none that was measured last, and no more than two of it. */
export function rank(fixes: readonly Fix[]): Fix[] {
  const saving = fixes.filter(({ savedMsPerSecond }) => savedMsPerSecond > 0)
  const others = fixes.filter(({ savedMsPerSecond }) => savedMsPerSecond <= 0).slice(0, 2)
  return [...saving.toSorted((a, b) => b.savedMsPerSecond - a.savedMsPerSecond), ...others].slice(0, most)
}
