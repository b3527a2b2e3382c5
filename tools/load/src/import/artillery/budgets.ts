import type { NoteTaker } from '../imported.ts'
import { isRecord, listOf, type ScriptDocument } from '../document.ts'

const condition = /^(http\.[\w.]+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)$/

/** `config.ensure` and the older `plugins.ensure` as budgets. */
export function readBudgets({ data, lineOf }: ScriptDocument, notes: NoteTaker): string[] {
  const config = isRecord(data.config) ? data.config : {}
  const plugins = isRecord(config.plugins) ? config.plugins : {}
  const places: [unknown, (string | number)[]][] = [
    [plugins.ensure, ['config', 'plugins', 'ensure']],
    [config.ensure, ['config', 'ensure']],
  ]
  const budgets: string[] = []
  for (const [ensure, path] of places) {
    if (!isRecord(ensure)) continue
    for (const [key, value] of Object.entries(ensure)) {
      const line = lineOf([...path, key])
      for (const text of textsOf(key, value)) {
        const budget = budgetOf(text)
        if (budget) budgets.push(budget)
        else notes.skipped(line, `ensure ${text}: no figure of ours is the same`)
      }
    }
  }
  if (budgets.some((budget) => /^p\d|^mean|^max/.test(budget))) {
    const why = 'http.response_time counts here from the moment when a request was due to its last byte'
    notes.translated(lineOf(['config', 'ensure']), `ensure: ${why}; Artillery stops at the first byte`)
  }
  return budgets
}

/** Every wish of one entry as a condition. */
function textsOf(key: string, value: unknown): string[] {
  if (key === 'thresholds') {
    return listOf(value).flatMap((one) =>
      isRecord(one) ? Object.entries(one).map(([metric, bound]) => `${metric} < ${String(bound)}`) : [],
    )
  }
  if (key === 'conditions') {
    return listOf(value).flatMap((one) =>
      String(isRecord(one) ? one.expression : one)
        .split(/\s+and\s+/i)
        .map((part) => part.trim()),
    )
  }
  if (key === 'maxErrorRate') return [`http.error_rate <= ${String(value)}`]
  if (/^(p\d+|min|max|median|mean)$/.test(key)) return [`http.response_time.${key} < ${String(value)}`]
  return [`${key}: ${JSON.stringify(value)}`]
}

function budgetOf(text: string): string | null {
  const [, metric, operator, bound] = condition.exec(text) ?? []
  if (metric === undefined) return null
  if (metric === 'http.error_rate') return `errors ${operator} ${bound}%`
  if (metric === 'http.request_rate') return `rate ${operator} ${bound}/s`
  const [, statistic] = /^http\.response_time\.(p\d{2,3}|min|max|median|mean)$/.exec(metric) ?? []
  if (statistic === undefined) return null
  const name = statistic === 'p999' ? 'p99.9' : statistic === 'p995' ? 'p99.5' : statistic
  return `${name} ${operator} ${bound}ms`
}
