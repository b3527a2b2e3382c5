import type { Rule } from '../alerts/rules.ts'

/** Where the metrics of an application are found. */
export interface Selection {
  /** The `job` label under which Prometheus scrapes it. */
  job: string
}

/** A label matcher's value, as PromQL has it. */
const quoted = (text: string) => JSON.stringify(text)

/** The labels of one rule's series: of one route, or of all. */
function matchers({ route }: Rule, { job }: Selection, more: readonly string[] = []): string {
  const [method, path] = route?.split(' ') ?? []
  const own = method && path ? [`method=${quoted(method)}`, `route=${quoted(path)}`] : []
  return `{${[`job=${quoted(job)}`, ...own, ...more].join(',')}}`
}

const sum = (inner: string) => `sum(${inner})`

/**
 * What a rule looks at over `window`, as PromQL: the bad share for rules of shares, milliseconds for means, requests
 * per second for rates.
 */
export function figureQuery(rule: Rule, window: string, at: Selection): string {
  const rate = (name: string, more: readonly string[] = []) =>
    sum(`rate(${name}${matchers(rule, at, more)}[${window}])`)
  const time =
    rule.figure === 'statement' ? 'hotpath_db_statement_duration_seconds' : 'http_request_duration_seconds'
  switch (rule.kind) {
    case 'burn':
      // Where nothing fails there is no series of failures.
      return `(${rate('http_requests_total', ['status=~"5.."'])} or vector(0)) / ${rate('http_requests_total')}`
    case 'share':
      return `1 - ${rate(`${time}_bucket`, [`le="${rule.budget.bound / 1000}"`])} / ${rate(`${time}_count`)}`
    case 'misses': {
      const missed = rate('hotpath_http_cache_misses_total')
      const found = ['hits', 'stale_hits', 'collapsed'].map((kind) =>
        rate(`hotpath_http_cache_${kind}_total`),
      )
      return `${missed} / (${[missed, ...found].join(' + ')})`
    }
    case 'mean':
      return `1000 * ${rate(`${time}_sum`)} / ${rate(`${time}_count`)}`
    default:
      return rate('http_requests_total')
  }
}

/** How many events the rule had to judge by in `window`. */
export function countQuery(rule: Rule, window: string, at: Selection): string {
  const name =
    rule.figure === 'statement' ? 'hotpath_db_statement_duration_seconds_count' : 'http_requests_total'
  return sum(`increase(${name}${matchers(rule, at)}[${window}])`)
}
