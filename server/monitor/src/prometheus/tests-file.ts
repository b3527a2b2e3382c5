import type { Rule } from '../alerts/rules.ts'
import { alertName, type Promised, watchedRules } from './rules-file.ts'
import { writeYaml, type Yaml } from './yaml.ts'

/** Samples of twelve minutes, one each minute: what happened in each minute before. */
const samples = 12
const at = '12m'

/**
 * Unit tests for promtool: of every rule, traffic that keeps the promise and fires nothing, and traffic that breaks it
 * and fires. `file` is the name of the rules file beside it.
 * @throws HP_BUDGET_INVALID
 */
export function prometheusTests(promised: Promised, file: string): string {
  return writeYaml({
    rule_files: [file],
    evaluation_interval: '1m',
    tests: watchedRules(promised).flatMap((rule) => [
      testOf(rule, promised, true),
      testOf(rule, promised, false),
    ]),
  })
}

function testOf(rule: Rule, promised: Promised, isKept: boolean): Yaml {
  const selector = `rule=${JSON.stringify(rule.id)}`
  return {
    name: `${rule.id} is ${isKept ? 'kept' : 'broken'}`,
    interval: '1m',
    input_series: Object.entries(seriesOf(rule, promised, isKept)).map(([series, perMinute]) => ({
      series,
      values: `0+${perMinute}x${samples}`,
    })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alertName(rule)}",alertstate="firing",${selector}}) > bool 0 or vector(0)`,
        eval_time: at,
        exp_samples: [{ labels: '{}', value: isKept ? 0 : 1 }],
      },
    ],
  }
}

/** What grows by how much a minute. */
function seriesOf(rule: Rule, { job }: Promised, isKept: boolean): Record<string, number> {
  const { kind, allowed, budget, figure, route } = rule
  const [method = 'GET', path = '/x'] = route?.split(' ') ?? []
  const of = (name: string, labels: Record<string, string> = {}) =>
    `${name}{${Object.entries({ job, ...labels })
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(',')}}`
  const own = { method, route: path }
  const all = 6_000
  const bad = Math.round(all * (isKept ? allowed / 2 : Math.max(0.9, (1 + allowed) / 2)))
  const requests = { [of('http_requests_total', { ...own, status: '200' })]: all }
  const [time, labels, counted] =
    figure === 'statement'
      ? ['hotpath_db_statement_duration_seconds', {}, {}]
      : ['http_request_duration_seconds', { ...own, status: '200' }, requests]
  switch (kind) {
    case 'burn':
      return {
        [of('http_requests_total', { ...own, status: '200' })]: all - bad,
        [of('http_requests_total', { ...own, status: '500' })]: bad,
      }
    case 'share':
      return {
        ...counted,
        [of(`${time}_bucket`, { ...labels, le: String(budget.bound / 1000) })]: all - bad,
        [of(`${time}_count`, labels)]: all,
      }
    case 'misses':
      return {
        ...requests,
        [of('hotpath_http_cache_misses_total')]: bad,
        [of('hotpath_http_cache_hits_total')]: all - bad,
        [of('hotpath_http_cache_stale_hits_total')]: 0,
        [of('hotpath_http_cache_collapsed_total')]: 0,
      }
    case 'mean':
      return {
        ...counted,
        [of(`${time}_sum`, labels)]: (all * budget.bound * (isKept ? 0.5 : 2)) / 1000,
        [of(`${time}_count`, labels)]: all,
      }
    default: {
      const isCeiling = budget.operator.startsWith('<')
      const perMinute = budget.bound * 60 * (isKept === isCeiling ? 0.5 : 2)
      return { [of('http_requests_total', { ...own, status: '200' })]: perMinute }
    }
  }
}
