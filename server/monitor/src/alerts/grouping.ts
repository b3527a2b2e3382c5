import type { Alert } from '@hotpath/core'

type Grouped = Pick<Alert, 'id' | 'figure' | 'route' | 'severity' | 'excess' | 'state'>

/** The worst first: what fires before what does not, pages before tickets, then by how far over it is. */
export function byWeight(a: Grouped, b: Grouped): number {
  const rank = ({ state }: Grouped) => (state === 'firing' ? 0 : state === 'pending' ? 1 : 2)
  const page = ({ severity }: Grouped) => (severity === 'page' ? 0 : 1)
  // Named routes before everything: they say where to look.
  const breadth = ({ route }: Grouped) => (route === null ? 1 : 0)
  return rank(a) - rank(b) || page(a) - page(b) || breadth(a) - breadth(b) || b.excess - a.excess
}

/**
 * Alerts in groups that probably have one cause: the same route, or the same figure. Each group has its worst first,
 * and the groups theirs.
 */
export function groupsOf<One extends Grouped>(alerts: readonly One[]): One[][] {
  const groups: One[][] = []
  for (const alert of alerts.toSorted(byWeight)) {
    const joined = groups.filter((group) => group.some((other) => areRelated(other, alert)))
    const [first, ...rest] = joined
    if (!first) groups.push([alert])
    else {
      first.push(...rest.flat(), alert)
      for (const other of rest) groups.splice(groups.indexOf(other), 1)
    }
  }
  return groups.map((group) => group.sort(byWeight))
}

/** Regressions stand alone but for their route: two routes that a deploy made slower are two things to mend. */
function areRelated(a: Grouped, b: Grouped): boolean {
  if (a.route !== null && a.route === b.route) return true
  return a.figure === b.figure && a.figure !== 'regression'
}
