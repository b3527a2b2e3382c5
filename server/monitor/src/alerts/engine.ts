import type { Alert, AlertEvent, Alerts, AlertTestOutcome, Clock, Silence } from '@hotpath/core'
import type { Promises } from '../promises.ts'
import { followCauses } from './causes.ts'
import { readDeploys } from './deploys.ts'
import { byWeight, groupsOf } from './grouping.ts'
import { type History, noHistory } from './history-file.ts'
import type { RouteFigures } from './records.ts'
import { followRegressions } from './regressions.ts'
import { rulesOf } from './rules.ts'
import { createSilences, type SilenceWish } from './silences.ts'
import type { Message, Sink } from './sinks.ts'
import type { Standing } from './standing.ts'
import { silenceOf, tellings, type Told } from './telling.ts'
import { readTiming, type AlertTiming } from './timing.ts'
import { alertOf, ruleRow, watchRules } from './watch.ts'

export interface AlertsOptions {
  /** The application's name, for those who are told. */
  app: string
  /** Which version of the application runs. */
  version: string
  promises: Pick<Promises, 'targets' | 'routes'>
  /** The requests of each route in the last full window of a minute; read once a minute. */
  figures: (from: number, to: number) => ReadonlyMap<string, RouteFigures>
  timing?: AlertTiming
  /** @default nothing is kept across restarts */
  history?: History
  /** @default none: alerts are shown and not sent */
  sinks?: readonly Sink[]
  clock: Clock
}

/** Watches the promises and says when one is broken. */
export interface AlertWatch {
  /** Everything there is to show. */
  view(): Omit<Alerts, 'worker'>
  /** The worst of each group that fires and is not silenced, the worst group first. */
  firing(): Alert[]
  /** What belongs on a timeline, the oldest first: deploys, alerts. */
  events(): readonly AlertEvent[]
  silence(wish: SilenceWish): Silence[]
  /** Sends a test to every sink and waits for the answers. */
  test(): Promise<AlertTestOutcome['sinks']>
  /** Looks at everything now; otherwise it is looked at on a timer. */
  look(): void
  /** Whoever opened the history and the sinks closes them. */
  close(): void
}

/** One window of the regression watch. */
const windowMs = 60_000
/** Windows of a process that are left out: caches are empty when it begins. */
const warmingWindows = 2
const mostEvents = 200

/** Begins to watch. Nothing of it keeps the process alive. */
export function watchAlerts(options: AlertsOptions): AlertWatch {
  const { app, version, promises, figures, clock, history = noHistory, sinks = [] } = options
  const timing = readTiming(options.timing)
  const startedAt = clock()
  const watch = watchRules(rulesOf(promises), { timing, now: startedAt })
  const causes = followCauses(startedAt)
  const deploys = readDeploys(history.records, { version, now: startedAt })
  const regressions = followRegressions(deploys, { version, timing })
  const silences = createSilences(history.records)
  const events: AlertEvent[] = history.records.flatMap((record) => {
    if (record.record !== 'event') return []
    const { record: _, ...event } = record
    return [event]
  })
  /** Why a rule is broken, as it was told when it fired: a cause that is gone would look like none. */
  const known = new Map<string, NonNullable<ReturnType<typeof causes.of>>>()
  let told: Told = new Map()
  let alerts: Alert[] = []
  let window = Math.floor(startedAt / windowMs) + warmingWindows
  const timer = setInterval(look, timing.everyMs).unref()

  function note(event: AlertEvent): void {
    events.push(event)
    if (events.length > mostEvents) events.shift()
    history.add({ record: 'event', ...event })
  }

  function look(): void {
    const now = clock()
    causes.turn(now)
    const changed = watch.look(now).map(({ watched, before }) => {
      const { route, figure, id } = watched.rule
      const isSlow = figure === 'latency' || figure === 'statement'
      const cause = isSlow && watched.standing.state === 'firing' ? causes.of(route) : null
      if (cause) known.set(id, cause)
      else if (watched.standing.state === 'ok') known.delete(id)
      return { alert: alertOf(watched, known.get(id) ?? null), before }
    })
    const regressed = lookAtDeploys(now)
    for (const { alert, before } of [...changed, ...regressed]) if (alert) noteChange(alert, before, now)
    const active = changed.flatMap(({ alert }) => alert ?? [])
    alerts = arrange([...active, ...regressions.alerts()], silences.active(now))
    const next = tellings(alerts, told)
    told = next.told
    for (const telling of next.tell) for (const sink of sinks) sink.send(messageOf({ ...telling }, now))
  }

  function lookAtDeploys(now: number): { alert: Alert; before: Standing }[] {
    const current = Math.floor(now / windowMs)
    if (current <= window) return []
    // Of the windows that passed since, the last: who sleeps for minutes misses them.
    const at = (current - 1) * windowMs
    window = current
    const routes = figures(at, at + windowMs)
    if (routes.size === 0) return []
    if (deploys.previous !== null && !events.some((event) => isDeployOf(event, version))) {
      const text = `${version}, after ${deploys.previous}`
      note({ at: startedAt, alert: null, kind: 'deploy', severity: 'ticket', route: null, text })
    }
    const compact = Array.from(routes, ([route, { requests, p50Ms, p95Ms }]) => [
      route,
      [requests, p50Ms, p95Ms],
    ])
    history.add({ record: 'window', version, at, routes: Object.fromEntries(compact) })
    return regressions.add(routes, now)
  }

  function noteChange(alert: Alert, before: Standing, now: number): void {
    const { state, id, severity, route, sentence } = alert
    if (state === before.state || state === 'pending') return
    note({ at: now, alert: id, kind: state, severity, route, text: sentence })
  }

  const messageOf = (what: Omit<Message, 'app' | 'version' | 'at'>, at: number) =>
    ({ app, version, at, ...what }) as Message

  return {
    view() {
      const now = clock()
      return {
        now,
        alerts,
        rules: watch.all().map((watched) => ruleRow(watched, timing)),
        history: events.toReversed(),
        silences: silences.active(now),
        sinks: sinks.map((sink) => sink.state()),
        version: { name: version, since: deploys.since },
      }
    },
    firing: () =>
      groupsOf(alerts.filter(({ state, silence }) => state === 'firing' && silence === null)).map(
        ([worst]) => worst!,
      ),
    events: () => events,
    silence(wish) {
      const now = clock()
      const changed = silences.add(wish, now)
      for (const silence of changed) history.add({ record: 'silence', ...silence })
      const { rule, route, reason, forMs } = wish
      const what = rule ?? route ?? 'everything'
      const text = forMs > 0 ? `${what} is silent: ${reason}` : `${what} is told again: ${reason}`
      note({ at: now, alert: rule, kind: 'silenced', severity: 'ticket', route, text })
      alerts = arrange(alerts, silences.active(now))
      return changed
    },
    async test() {
      const message = messageOf({ event: 'test', alert: null, related: [] }, clock())
      return Promise.all(
        sinks.map(async (sink) => {
          const problem = await sink.test(message)
          const { kind, target } = sink.state()
          return { kind, target, delivered: problem === null, problem }
        }),
      )
    },
    look,
    close() {
      clearInterval(timer)
      watch.close()
      causes.close()
    },
  }
}

const isDeployOf = ({ kind, text }: AlertEvent, version: string) =>
  kind === 'deploy' && text.startsWith(`${version},`)

/** With their silences, and who is told with whom; the worst first. */
function arrange(alerts: readonly Alert[], silences: readonly Silence[]): Alert[] {
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
