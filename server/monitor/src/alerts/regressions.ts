import type { Alert } from '@hotpath/core'
import type { Deploys } from './deploys.ts'
import type { RouteFigures } from './records.ts'
import { type Comparison, regressionEvidence, sayRegression, standingOf } from './regression.ts'
import { advance, atEase, type Standing } from './standing.ts'
import type { Timing } from './timing.ts'

/** Routes that a deploy made slower. */
export interface Regressions {
  /** Takes one window of this version, and compares. */
  add(routes: ReadonlyMap<string, RouteFigures>, now: number): { alert: Alert; before: Standing }[]
  /** All that is, or lately was, slower. */
  alerts(): Alert[]
  /** By route: what whoever evaluates next goes on from. */
  followed(): [route: string, Followed][]
}

/** How a route fares that was compared: plain data. */
export interface Followed {
  standing: Standing
  comparison: Comparison
}

/** Follows what `deploys` compares, as alerts. */
export function followRegressions(
  deploys: Deploys,
  { version, timing, known }: { version: string; timing: Timing; known: readonly [string, Followed][] },
): Regressions {
  const followed = new Map(known)

  function alertOf(route: string, { standing, comparison }: Followed): Alert {
    const versions = { version, previous: deploys.previous ?? 'the version before' }
    return {
      id: `regression:${route}`,
      figure: 'regression',
      severity: 'ticket',
      state: standing.state === 'ok' ? 'resolved' : standing.state,
      route,
      budget: null,
      sentence: `${route}: ${sayRegression(comparison, versions)}.`,
      evidence: regressionEvidence(comparison, versions),
      excess: comparison.ratio,
      since: standing.since,
      firedAt: standing.firedAt,
      resolvedAt: standing.resolvedAt,
      silence: null,
      related: [],
      partOf: null,
    }
  }

  return {
    add(routes, now) {
      deploys.add(routes)
      return [...deploys.routes()].flatMap((route) => {
        const comparison = deploys.compare(route)
        if (!comparison) return []
        const before = followed.get(route)?.standing ?? atEase
        const step = { status: standingOf(comparison), isUrgent: false, holdMs: 0 }
        // A window is a minute already, and the interval has seen many.
        const standing = advance(before, step, { now, timing: { ...timing, clearMs: 0 } })
        followed.delete(route)
        if (standing.state === 'ok') return []
        followed.set(route, { standing, comparison })
        return [{ alert: alertOf(route, { standing, comparison }), before }]
      })
    },
    followed: () => [...followed],
    alerts: () => Array.from(followed, ([route, one]) => alertOf(route, one)),
  }
}
