import { conditionOf } from '../alerts/condition.ts'
import type { Rule } from '../alerts/rules.ts'
import { readTiming } from '../alerts/timing.ts'
import { limitsOf } from './limits.ts'
import { figureQuery } from './queries.ts'
import { type Promised, watchedRules } from './rules-file.ts'

interface Panel {
  title: string
  /** Grafana's unit: `s`, `percentunit`, `reqps`, `short`. */
  unit: string
  description?: string
  queries: readonly { expr: string; legend: string }[]
  /** A red line. */
  limit?: number
}

const datasource = { type: 'prometheus', uid: '${datasource}' } as const

/**
 * A Grafana dashboard: how the application fares as a whole, then a panel for each promise with the line that it must
 * not cross. To be imported; it asks for the Prometheus data source.
 * @throws HP_BUDGET_INVALID
 */
export function grafanaDashboard(promised: Promised): object {
  const panels = [
    ...wholePanels(promised),
    ...watchedRules(promised).map((rule) => promisePanel(rule, promised)),
  ]
  return {
    uid: `hotpath-${promised.app}`.slice(0, 40),
    title: `${promised.app}: Hotpath`,
    tags: ['hotpath'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }],
    },
    panels: panels.map(panelJson),
  }
}

function wholePanels({ job }: Promised): Panel[] {
  const at = `{job=${JSON.stringify(job)}}`
  const rate = (name: string) => `rate(${name}${at}[$__rate_interval])`
  const percentiles = (name: string) =>
    [0.5, 0.95, 0.99].map((share) => ({
      expr: `histogram_quantile(${share}, sum by (le) (${rate(`${name}_bucket`)}))`,
      legend: `p${share * 100}`,
    }))
  const single = (expr: string, legend: string) => [{ expr, legend }]
  return [
    {
      title: 'Requests',
      unit: 'reqps',
      queries: single(`sum by (status) (${rate('http_requests_total')})`, '{{status}}'),
    },
    { title: 'Response time', unit: 's', queries: percentiles('http_request_duration_seconds') },
    {
      title: 'Cache hits',
      unit: 'percentunit',
      queries: single(
        `1 - sum(${rate('hotpath_http_cache_misses_total')}) / sum(${['hits', 'stale_hits', 'collapsed', 'misses'].map((kind) => rate(`hotpath_http_cache_${kind}_total`)).join(' + ')})`,
        'hits',
      ),
    },
    { title: 'Statements', unit: 's', queries: percentiles('hotpath_db_statement_duration_seconds') },
    {
      title: 'Waiting for a connection',
      unit: 'short',
      queries: single(`sum(hotpath_db_pool_waiting${at})`, 'callers'),
    },
    {
      title: 'Event loop',
      unit: 's',
      queries: single(`max(nodejs_eventloop_lag_p99_seconds${at})`, 'lag, p99'),
    },
    {
      title: 'Memory',
      unit: 'bytes',
      queries: single(`process_resident_memory_bytes${at}`, '{{instance}}'),
    },
    {
      title: 'Slowest routes, p95',
      unit: 's',
      queries: single(
        `topk(10, histogram_quantile(0.95, sum by (le, method, route) (${rate('http_request_duration_seconds_bucket')})))`,
        '{{method}} {{route}}',
      ),
    },
  ]
}

function promisePanel(rule: Rule, at: Promised): Panel {
  const [first] = limitsOf(rule)
  const isShare = rule.kind === 'burn' || rule.kind === 'share' || rule.kind === 'misses'
  return {
    title: `${rule.route ?? 'All requests'}: ${rule.budget.text}`,
    description: `An alert fires when ${conditionOf(rule, readTiming())}.`,
    unit: isShare ? 'percentunit' : rule.kind === 'mean' ? 'ms' : 'reqps',
    queries: [{ expr: figureQuery(rule, '5m', at), legend: isShare ? 'bad share' : 'now' }],
    limit: first!.value,
  }
}

const width = 8
const height = 7

function panelJson({ title, unit, description = '', queries, limit }: Panel, index: number): object {
  const perRow = 24 / width
  const steps = [
    { color: 'green', value: null },
    ...(limit === undefined ? [] : [{ color: 'red', value: limit }]),
  ]
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    description,
    datasource,
    gridPos: { x: (index % perRow) * width, y: Math.floor(index / perRow) * height, w: width, h: height },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        custom: { thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
      },
      overrides: [],
    },
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource,
      expr,
      legendFormat: legend,
    })),
  }
}
