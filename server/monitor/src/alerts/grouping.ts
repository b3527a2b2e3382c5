import type { Alert } from '@hotpath/core'

type Grouped = Pick<Alert, 'id' | 'figure' | 'route' | 'severity' | 'excess' | 'state'>

/** What fires before what does not, pages before tickets, then by how far over it is. */
export function byWeight(a: Grouped, b: Grouped): number {
  return rank(a) - rank(b) || page(a) - page(b) || breadth(a) - breadth(b) || b.excess - a.excess
}

const rank = ({ state }: Grouped) => (state === 'firing' ? 0 : state === 'pending' ? 1 : 2)
const page = ({ severity }: Grouped) => (severity === 'page' ? 0 : 1)
/** Named routes before everything: they say where to look. */
const breadth = ({ route }: Grouped) => (route === null ? 1 : 0)

function byPlace(a: Grouped, b: Grouped): number {
  return rank(a) - rank(b) || breadth(a) - breadth(b) || byWeight(a, b)
}

/**
 * Alerts in groups that probably have one cause: the same route, or the same figure. The worst group comes first; in
 * each the worst route, which speaks for all of them, with the severity that any of them has.
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
  return groups.map((group) => {
    const [speaker, ...others] = group.toSorted(byPlace)
    const severity = group.some((one) => one.severity === 'page') ? 'page' : 'ticket'
    return [{ ...speaker!, severity }, ...others]
  })
}

/** Regressions stand alone but for their route: two routes that a deploy made slower are two things to mend. */
function areRelated(a: Grouped, b: Grouped): boolean {
  if (a.route !== null && a.route === b.route) return true
  return familyOf(a) === familyOf(b) && a.figure !== 'regression'
}

/** Slow statements make slow requests. */
const familyOf = ({ figure }: Pick<Alert, 'figure'>) => (figure === 'statement' ? 'latency' : figure)
