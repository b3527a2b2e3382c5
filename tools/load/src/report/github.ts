import { formatValue, parseBudget } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'
import { adviceFor, verdictSentence } from './advice.ts'
import { count, ms, percent } from './figures.ts'

const mostEndpoints = 30

/** A run as Markdown, for the summary of a job on GitHub. */
export function githubSummary(result: RunResult, title: string): string {
  const missed = result.budgets.some((budget) => budget.verdict === 'missed')
  const mark = result.verdict === 'VALID' ? (missed ? '❌' : '✅') : '⚠️'
  return [
    `### ${mark} ${result.verdict}: ${plain(title)}`,
    plain(verdictSentence(result)),
    reasonLines(result),
    budgetTable(result),
    endpointTable(result),
    checkTable(result),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function reasonLines({ reasons }: RunResult): string {
  return reasons
    .map((reason) => {
      const advice = adviceFor(reason)
      return `- ${plain(reason)}${advice === null ? '' : ` ${plain(advice)}`}`
    })
    .join('\n')
}

function budgetTable({ budgets }: RunResult): string {
  return markdownTable(
    ['Budget', 'Measured', 'Verdict'],
    budgets.map(({ text, verdict, value }) => [
      text,
      value === null ? '–' : formatValue(value, parseBudget(text).unit),
      verdict === 'missed' ? `**${verdict}**` : verdict,
    ]),
  )
}

function endpointTable({ endpoints }: RunResult): string {
  return markdownTable(
    ['Endpoint', 'Requests', 'Errors', 'p50', 'p95', 'p99', 'max'],
    endpoints
      .slice(0, mostEndpoints)
      .map(({ name, requests, errors, responseMs }) => [
        name,
        count(requests),
        percent(errors / Math.max(1, requests)),
        ...[responseMs.p50, responseMs.p95, responseMs.p99, responseMs.max].map(ms),
      ]),
  )
}

function checkTable({ checks }: RunResult): string {
  return markdownTable(
    ['Check', 'Passed', 'Failed'],
    checks.map(({ name, passed, failed }) => [name, count(passed), count(failed)]),
  )
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const ruler = header.map((_, index) => (index === 0 ? '---' : '---:'))
  const escaped = rows.map(([first = '', ...others]) => [plain(first), ...others])
  return [line(header), line(ruler), ...escaped.map(line)].join('\n')
}

/** Text that cannot become a table's bar, a link, a mention or a tag. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_[\]|#]/g, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll('@', '@\u200b')
}
