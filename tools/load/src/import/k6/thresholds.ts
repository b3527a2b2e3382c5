import type { NoteTaker } from '../imported.ts'

type LineOf = (...names: string[]) => number | null

/** Times of k6 and the nearest of ours. */
const times: Record<string, string> = {
  http_req_duration: 'latency',
  http_req_waiting: 'ttfb',
  http_req_connecting: 'connect',
  iteration_duration: 'session',
}

const bound = /^\s*(\w+)(?:\(([\d.]+)\))?\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*$/

/** k6's thresholds as budgets. Those of its own metrics, and of a part of the requests, have no counterpart. */
export function readThresholds(thresholds: unknown, lineOf: LineOf, notes: NoteTaker): string[] {
  if (typeof thresholds !== 'object' || thresholds === null) return []
  const budgets: string[] = []
  for (const [metric, given] of Object.entries(thresholds)) {
    const line = lineOf('thresholds', metric)
    for (const one of Array.isArray(given) ? given : [given]) {
      const isObject = typeof one === 'object' && one !== null
      const text = String(isObject ? (one as { threshold?: unknown }).threshold : one)
      if (isObject && 'abortOnFail' in one && one.abortOnFail === true) {
        notes.skipped(line, `abortOnFail of ${metric}: budgets are held at the end of the run`)
      }
      const budget = budgetOf(metric, text)
      if (budget === null) notes.skipped(line, `threshold ${metric} ${text}: no figure of ours is the same`)
      else {
        budgets.push(budget)
        if (metric === 'http_req_duration') {
          const why = 'times count from the moment when a request was due, opening a connection included'
          notes.translated(line, `${metric} ${text} is the budget ${budget}: ${why}`)
        } else notes.translated(line, `${metric} ${text} is the budget ${budget}`)
      }
    }
  }
  return budgets
}

function budgetOf(metric: string, text: string): string | null {
  const [, name, percentile, operator, figure] = bound.exec(text) ?? []
  if (name === undefined) return null
  const percent = `${operator} ${Number((Number(figure) * 100).toPrecision(12))}%`
  if (metric === 'http_req_failed') return name === 'rate' ? `errors ${percent}` : null
  if (metric === 'checks') return name === 'rate' ? `checks ${percent}` : null
  if (metric === 'http_reqs') return name === 'rate' ? `rate ${operator} ${figure}/s` : null
  if (!Object.hasOwn(times, metric)) return null
  const statistic = statisticOf(name, percentile)
  if (statistic === null) return null
  const ours = times[metric] === 'latency' ? statistic : `${times[metric]} ${statistic}`
  return `${ours} ${operator} ${figure}ms`
}

function statisticOf(name: string, percentile: string | undefined): string | null {
  if (name === 'p' && percentile !== undefined)
    return Number(percentile) < 100 ? `p${Number(percentile)}` : 'max'
  const statistics: Record<string, string> = { avg: 'mean', med: 'p50', min: 'min', max: 'max' }
  return statistics[name] ?? null
}
