import { createHistogram } from '@hotpath/core'
import type { Progress } from '../record/progress.ts'

/** How a run is going that several generators drive, from the last word of each; null before the first. */
export function mergeProgress(latest: readonly Progress[]): Progress | null {
  const [first] = latest
  if (!first) return null
  const sum = (figure: (progress: Progress) => number) =>
    latest.reduce((total, progress) => total + figure(progress), 0)
  const most = (figure: (progress: Progress) => number) => Math.max(...latest.map(figure))
  const { precisionBits } = first.window
  const window = createHistogram({ precisionBits })
  for (const progress of latest) window.merge(progress.window)
  return {
    ...latest.reduce((ahead, progress) => (progress.elapsedMs > ahead.elapsedMs ? progress : ahead)),
    rate: sum(({ rate }) => rate),
    p95Ms: window.count() === 0 ? null : window.quantile(0.95),
    requests: sum(({ requests }) => requests),
    errors: sum((progress) => progress.errors),
    underWay: sum(({ underWay }) => underWay),
    generator: {
      eventLoopUtilisation: most(({ generator }) => generator.eventLoopUtilisation),
      latenessP99Ms: most(({ generator }) => generator.latenessP99Ms),
    },
    window: window.toJSON(),
  }
}
