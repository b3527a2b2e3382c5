import type { Alert, AlertEvent, Alerts, AlertTestOutcome, Clock, Silence } from '@hotpath/core'
import { type AlertQuestion, type AlertShare, firstWindow, windowMs } from './alert-share.ts'
import { type AlertState, atTheStart, latestRecords, missingRecords } from './alert-state.ts'
import { causeOf, type Causes } from './causes.ts'
import { readDeploys } from './deploys.ts'
import { groupsOf } from './grouping.ts'
import type { History } from './history-file.ts'
import { followRegressions } from './regressions.ts'
import { routeFigures } from './route-figures.ts'
import type { Rule } from './rules.ts'
import { createSilences, type SilenceWish } from './silences.ts'
import type { Message, Sink } from './sinks.ts'
import type { Standing } from './standing.ts'
import { arrange, tellings, type Told } from './telling.ts'
import type { Timing } from './timing.ts'
import { alertOf, ruleRow, type Watched, watchRules } from './watch.ts'

/** Holds the rules against what the processes counted, and tells what is broken. */
export interface AlertEngine {
  /** Everything there is to show. */
  view(): Omit<Alerts, 'worker'>
  /** The worst of each group that fires and is not silenced, the worst group first. */
  firing(): Alert[]
  /** What belongs on a timeline, the oldest first: deploys, alerts. */
  events(): readonly AlertEvent[]
  silence(wish: SilenceWish): Silence[]
  /** Sends a test to every sink and waits for the answers. */
  test(): Promise<AlertTestOutcome['sinks']>
  /** What the next look wants to know of every process. */
  question(): AlertQuestion
  /** Looks at everything now. `shares` are the answers of all processes. */
  look(asked: AlertQuestion, shares: readonly AlertShare[]): void
}

export interface EngineOptions {
  app: string
  version: string
  rules: readonly Rule[]
  timing: Timing
  sinks: readonly Sink[]
  history: History
  /** What the process that evaluated before kept; null where none did. */
  state: AlertState | null
  /** Keeps what the next one must know; called when that changed, before anybody is told. */
  keep: (state: AlertState) => void
  /** Where this process' time went: for what was not asked of the others in time. */
  spent: Causes['spent']
  /** When this process began. */
  startedAt: number
  clock: Clock
}

const mostEvents = 200

/** Goes on where the one before left off. */
export function createAlertEngine(options: EngineOptions): AlertEngine {
  const { app, version, rules, timing, sinks, history, startedAt, clock } = options
  const begins = clock()
  const before = options.state ?? atTheStart
  const missing = missingRecords(before.records, history.records)
  for (const record of missing) history.add(record)
  const records = [...history.records, ...missing]
  const watch = watchRules(rules, timing)
  watch.restore(new Map(before.standings))
  const deploys = readDeploys(records, { version, now: startedAt })
  const regressions = followRegressions(deploys, { version, timing, known: before.regressions })
  const silences = createSilences(records)
  const events: AlertEvent[] = records.flatMap((record) => {
    if (record.record !== 'event') return []
    const { record: _, ...event } = record
    return [event]
  })
  /** Why a rule is broken, as it was told when it fired: a cause that is gone would look like none. */
  const known = new Map(before.causes)
  let told: Told = new Map(before.told)
  let alerts: Alert[] = []
  let window = Math.max(firstWindow(startedAt), Math.floor(begins / windowMs))
  let kept = ''

  function note(event: AlertEvent): void {
    events.push(event)
    if (events.length > mostEvents) events.shift()
    history.add({ record: 'event', ...event })
  }

  function keep(now: number): void {
    const state: AlertState = {
      standings: watch.all().map(({ rule, standing }) => [rule.id, standing]),
      regressions: regressions.followed(),
      told: [...told],
      causes: [...known],
      records: latestRecords(events, silences.active(now)),
    }
    const text = JSON.stringify(state)
    if (text === kept) return
    kept = text
    options.keep(state)
  }

  function learnCause(
    { rule: { id, route, figure }, standing }: Watched,
    shares: readonly AlertShare[],
  ): void {
    if (isSlow(figure) && standing.state === 'firing') {
      const told = shares.flatMap(({ spent }) =>
        spent.flatMap((one) => (one.route === route ? one.spent : [])),
      )
      const cause = causeOf(told.length === 0 ? [options.spent(route)] : told)
      if (cause) known.set(id, cause)
    } else if (standing.state === 'ok') known.delete(id)
  }

  function look(asked: AlertQuestion, shares: readonly AlertShare[]): void {
    const now = clock()
    const counts = shares.map((share) => share.counts)
    const changed = watch.look(now, counts).map(({ watched, before }) => {
      learnCause(watched, shares)
      return { alert: alertOf(watched, known.get(watched.rule.id) ?? null), before }
    })
    const regressed = lookAtDeploys(asked, shares)
    for (const { alert, before } of [...changed, ...regressed]) if (alert) noteChange(alert, before, now)
    const active = changed.flatMap(({ alert }) => alert ?? [])
    alerts = arrange([...active, ...regressions.alerts()], silences.active(now))
    const next = tellings(alerts, told)
    told = next.told
    keep(now)
    for (const telling of next.tell) for (const sink of sinks) sink.send(messageOf({ ...telling }, now))
  }

  function lookAtDeploys({ minute }: AlertQuestion, shares: readonly AlertShare[]) {
    if (minute === null) return []
    window = minute / windowMs + 1
    const routes = routeFigures(shares.map(({ times }) => times))
    if (routes.size === 0) return []
    if (deploys.previous !== null && !events.some((event) => isDeployOf(event, version))) {
      const text = `${version}, after ${deploys.previous}`
      note({ at: startedAt, alert: null, kind: 'deploy', severity: 'ticket', route: null, text })
    }
    const compact = Array.from(routes, ([route, { requests, p50Ms, p95Ms }]) => [
      route,
      [requests, p50Ms, p95Ms],
    ])
    history.add({ record: 'window', version, at: minute, routes: Object.fromEntries(compact) })
    return regressions.add(routes, clock())
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
      keep(now)
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
    question() {
      // Of the windows that passed since, the last: who sleeps for minutes misses them.
      const current = Math.floor(clock() / windowMs)
      const slow = watch
        .all()
        .filter(({ rule, standing }) => isSlow(rule.figure) && standing.state !== 'ok')
        .map(({ rule }) => rule.route)
      return { minute: current > window ? (current - 1) * windowMs : null, slow: [...new Set(slow)] }
    },
    look,
  }
}

const isSlow = (figure: Alert['figure']) => figure === 'latency' || figure === 'statement'

const isDeployOf = ({ kind, text }: AlertEvent, version: string) =>
  kind === 'deploy' && text.startsWith(`${version},`)
