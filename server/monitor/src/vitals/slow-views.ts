import type { SlowView } from '@hotpath/core'

/** The slowest page loads of the last hour. */
export interface SlowViews {
  add(view: SlowView): void
  /** The slowest first. */
  latest(now: number): SlowView[]
}

const most = 20
const hourMs = 3_600_000

/** Keeps as many as are shown. */
export function createSlowViews(): SlowViews {
  let views: SlowView[] = []
  return {
    add(view) {
      if (views.length >= most && view.lcpMs <= views.at(-1)!.lcpMs && !isOld(views.at(-1)!, view.at)) return
      views = slowestOf([...views.filter((kept) => !isOld(kept, view.at)), view])
    },
    latest: (now) => views.filter((view) => !isOld(view, now)),
  }
}

/** The slowest of them first, as many as are shown. */
export const slowestOf = (views: readonly SlowView[]): SlowView[] =>
  views.toSorted((a, b) => b.lcpMs - a.lcpMs).slice(0, most)

const isOld = ({ at }: SlowView, now: number) => now - at > hourMs
