import type { Alert, Silence } from '@hotpath/core'
import { byWeight, groupsOf } from './grouping.ts'

/** Something to tell people. */
export interface Telling {
  event: 'firing' | 'resolved'
  alert: Alert
  /** What else is wrong by the same route or the same figure. */
  related: readonly Alert[]
}

/** What was told and has not been taken back: ids, with the severity that was told. */
export type Told = ReadonlyMap<string, Alert['severity']>

/**
 * Decides what to tell: of each group that fires, its worst alert, once; again only when it becomes a page. What was
 * told is taken back when it ends, silenced or not, since somebody may wait for it; what still fires beside it is
 * told then.
 */
export function tellings(
  alerts: readonly Alert[],
  told: Told,
): { tell: Telling[]; told: Map<string, Alert['severity']> } {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  const next = new Map(told)
  const tell: Telling[] = []
  for (const id of told.keys()) {
    const alert = byId.get(id)
    if (alert?.state === 'firing') continue
    next.delete(id)
    if (alert) tell.push({ event: 'resolved', alert, related: [] })
  }
  const firing = alerts.filter(({ state, silence }) => state === 'firing' && silence === null)
  for (const [worst, ...related] of groupsOf(firing)) {
    const isKnown = [worst!, ...related].some(({ id }) => next.has(id))
    const isPage =
      worst!.severity === 'page' && ![worst!, ...related].some(({ id }) => next.get(id) === 'page')
    if (isKnown && !isPage) continue
    next.set(worst!.id, worst!.severity)
    tell.push({ event: 'firing', alert: worst!, related })
  }
  return { tell, told: next }
}

/** The silence that covers a rule and its route, the longest of those that have not ended. */
export function silenceOf(
  { id, route }: Pick<Alert, 'id' | 'route'>,
  silences: readonly Silence[],
): Silence | null {
  const covers = silences.filter(
    (silence) =>
      (silence.rule === null || silence.rule === id) && (silence.route === null || silence.route === route),
  )
  return covers.toSorted((a, b) => b.until - a.until)[0] ?? null
}

/** With their silences, and who is told with whom; the worst first. */
export function arrange(alerts: readonly Alert[], silences: readonly Silence[]): Alert[] {
  const plain = alerts.map((alert) => ({
    ...alert,
    silence: silenceOf(alert, silences)?.id ?? null,
    related: [] as string[],
    partOf: null as string | null,
  }))
  const open = groupsOf(plain.filter(({ state }) => state !== 'resolved')).flatMap(([speaker, ...others]) => [
    { ...speaker!, related: others.map(({ id }) => id) },
    ...others.map((other) => ({ ...other, partOf: speaker!.id })),
  ])
  return [...open, ...plain.filter(({ state }) => state === 'resolved')].sort(byWeight)
}
