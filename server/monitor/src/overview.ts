import type { Overview } from '@hotpath/core'
import type { Collected } from './collected.ts'
import { judgeRoutes } from './route-rows.ts'
import { tilesOf } from './tiles.ts'
import { verdictOf } from './verdict.ts'

/** What the overview screen shows, from what was collected. Reads no clock and asks nobody. */
export function overviewOf(collected: Collected): Overview {
  const { identity, now, stepMs, resources, fixes } = collected
  const routes = judgeRoutes(collected)
  return {
    ...identity,
    now,
    stepMs,
    verdict: verdictOf(collected, routes),
    tiles: tilesOf(collected),
    routes: routes.map(({ row }) => row),
    fixes,
    resources,
  }
}
