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
      views = [...views.filter((kept) => !isOld(kept, view.at)), view]
        .sort((a, b) => b.lcpMs - a.lcpMs)
        .slice(0, most)
    },
    latest: (now) => views.filter((view) => !isOld(view, now)),
  }
}

const isOld = ({ at }: SlowView, now: number) => now - at > hourMs
