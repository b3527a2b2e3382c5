import type { Alert, Alerts, Overview, RouteRow, Tile, Timeline } from '@hotpath/core'
import { quietOverview } from './overview-fixture.ts'

const worker = { pid: 4711, number: 1 }
const now = Date.UTC(2026, 4, 4, 14, 3)

/** A route of the overview; they are told apart by their number. */
export function routeRow(number = 0, over: Partial<RouteRow> = {}): RouteRow {
  return {
    route: `GET /api/ballots/:id/part-${number}`,
    requests: 10_000 - number,
    perSecond: 160 / (number + 1),
    p50Ms: 0.4 + number / 100,
    p95Ms: 12 + number / 10,
    p99Ms: 48 + number,
    meanBytes: 4_100,
    statementsPerRequest: number % 3 === 0 ? null : 2.4,
    errors: number % 7 === 0 ? 0.002 : 0,
    hit: number % 5 === 0 ? null : 0.93,
    budget: { text: 'p95 < 50ms', verdict: number % 4 === 0 ? 'missed' : 'met' },
    timeShare: 1 / (number + 2),
    ...over,
  }
}

const series = (scale: number) => Array.from({ length: 120 }, (_, at) => scale * (2 + Math.sin(at / 9)))

const tile = (given: Partial<Tile>): Tile => ({
  id: 'requests',
  title: 'Requests',
  value: 412,
  unit: 'perSecond',
  reason: '',
  budget: null,
  change: 1.04,
  series: series(140),
  ...given,
})

/** An overview under load, with something to fix. */
export function busyOverview(over: Partial<Overview> = {}): Overview {
  return {
    ...quietOverview,
    startedAt: now - 3_600_000,
    now,
    verdict: {
      state: 'attention',
      sentence: 'GET /api/ballots/:id p95 is 410ms; its budget is p95 < 50ms, because of the database.',
    },
    tiles: [
      tile({}),
      tile({
        id: 'p95',
        title: 'Response time, p95',
        value: 410,
        unit: 'ms',
        budget: { text: 'latency p95 < 50ms', verdict: 'missed' },
        series: series(150),
      }),
      tile({ id: 'errors', title: 'Errors', value: 0.0004, unit: 'ratio', series: series(0.0002) }),
      tile({ id: 'hit', title: 'Cache hits', value: 0.91, unit: 'ratio', series: series(0.3) }),
      tile({
        id: 'vitals',
        title: 'Largest paint (LCP), p75',
        value: null,
        unit: 'ms',
        reason: 'No browser has reported in the last hour.',
        series: [],
      }),
    ],
    routes: Array.from({ length: 9 }, (_, number) => routeRow(number)),
    fixes: [
      {
        id: 'index:votes',
        kind: 'missing-index',
        title: 'An index on votes (contest_id) for GET /api/ballots/:id',
        route: 'GET /api/ballots/:id',
        savedMsPerSecond: 840,
        evidence: ['42 calls a second take 21 ms each', 'with the index 1.1 ms'],
        action: {
          text: 'Create it without blocking writes.',
          sql: 'create index concurrently on votes (contest_id)',
        },
      },
    ],
    ...over,
  }
}

/** An alert that fires. */
export function alert(over: Partial<Alert> = {}): Alert {
  return {
    id: 'latency:GET /api/ballots/:id:p95 < 50ms',
    figure: 'latency',
    severity: 'page',
    state: 'firing',
    route: 'GET /api/ballots/:id',
    budget: 'p95 < 50ms',
    sentence: 'GET /api/ballots/:id: 31 % of requests take longer than 50 ms.',
    evidence: ['31 of 100 in 5 min', '40 of 100 in 1 min'],
    excess: 3.1,
    since: now - 90_000,
    firedAt: now - 60_000,
    resolvedAt: null,
    silence: null,
    related: [],
    partOf: null,
    ...over,
  }
}

/** What the alerts' path answers; nothing is wrong, unless it is said. */
export function alertsView(over: Partial<Alerts> = {}): Alerts {
  return {
    worker,
    now,
    alerts: [],
    rules: [],
    history: [],
    silences: [],
    sinks: [{ kind: 'log', target: 'log', sent: 3, failed: 0, dropped: 0, waiting: 0, problem: null }],
    version: { name: '1.4.2', since: now - 3_600_000 },
    ...over,
  }
}

/** Alerts, rules, history and a silence. */
export function busyAlerts(): Alerts {
  return alertsView({
    alerts: [alert(), alert({ id: 'b', state: 'pending', severity: 'ticket', route: null, firedAt: null })],
    rules: Array.from({ length: 14 }, (_, number) => ({
      id: `latency:${number}`,
      figure: 'latency',
      route: number === 0 ? null : `GET /api/ballots/:id/part-${number}`,
      budget: 'p95 < 50ms',
      condition: 'over 10 % of requests take longer than 50 ms in 5 min and in 1 min',
      state: number === 1 ? 'firing' : 'ok',
      reason: '',
      value: 0.02,
      unit: 'ratio',
      requests: 1_200,
    })),
    history: [
      { at: now - 60_000, alert: 'a', kind: 'firing', severity: 'page', route: null, text: 'It fired.' },
      {
        at: now - 90_000,
        alert: null,
        kind: 'deploy',
        severity: 'ticket',
        route: null,
        text: '1.4.2 began.',
      },
    ],
    silences: [{ id: 's', rule: null, route: null, from: now, until: now + 9e6, reason: 'Migration' }],
  })
}

/** An hour in steps of ten seconds. */
export function timeline(over: Partial<Timeline> = {}): Timeline {
  const from = now - 3_600_000
  return {
    worker,
    now,
    from,
    to: now,
    route: null,
    since: from,
    points: Array.from({ length: 360 }, (_, index) => ({
      at: from + index * 10_000,
      ms: 10_000,
      requests: 4_000 + 400 * Math.sin(index / 20),
      errors: index % 90 === 0 ? 4 : 0,
      p50Ms: 0.4,
      p95Ms: 12 + 4 * Math.sin(index / 30),
      p99Ms: 48,
      hit: 0.91,
      statements: 800,
      bytes: 4e6,
    })),
    markers: [
      { at: from + 600_000, kind: 'deploy', text: '1.4.2 began' },
      { at: from + 1_200_000, kind: 'load', text: 'read-mix at 200/s' },
      { at: from + 3_540_000, kind: 'alert', text: 'GET /api/ballots/:id: 31 % take longer' },
    ],
    ...over,
  }
}
