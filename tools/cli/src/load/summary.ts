import { formatBytes, formatDuration, formatValue, parseBudget } from '@hotpath/core'
import type { RunResult } from '@hotpath/load'
import { renderTable } from '../table.ts'

const names = {
  response: 'Response (from due)',
  service: 'Service (from sent)',
  ttfb: 'First byte',
  connect: 'Connect',
  lateness: 'Lateness',
} as const
const kinds = ['response', 'service', 'ttfb', 'connect', 'lateness'] as const
const toTheRight = ['left', 'right', 'right', 'right', 'right', 'right', 'right'] as const

/** A run's result as a person reads it on a terminal. */
export function summaryText(result: RunResult): string {
  return [
    timesTable(result),
    endpointsTable(result),
    countsLine(result),
    checksTable(result),
    ...result.budgets.map(budgetLine),
    verdictLines(result),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function timesTable(result: RunResult): string {
  const rows = kinds.map((kind) => {
    const { p50, p90, p95, p99, max } = result[`${kind}Ms`]
    return [names[kind], ...[p50, p90, p95, p99, max].map(ms)]
  })
  return renderTable(['', 'p50', 'p90', 'p95', 'p99', 'max'], rows, toTheRight)
}

function endpointsTable({ endpoints }: RunResult): string {
  if (endpoints.length < 2) return ''
  const rows = endpoints.map(({ name, requests, errors, responseMs }) => [
    name,
    count(requests),
    count(errors),
    ms(responseMs.p50),
    ms(responseMs.p95),
    ms(responseMs.p99),
  ])
  return renderTable(['Endpoint', 'requests', 'errors', 'p50', 'p95', 'p99'], rows, toTheRight)
}

function countsLine(result: RunResult): string {
  const { requests, achievedRate, errors, errorsByKind, bytes } = result
  const kindsOfErrors = Object.entries(errorsByKind).map(([kind, times]) => `${times} × ${kind}`)
  const detail = kindsOfErrors.length > 0 ? ` (${kindsOfErrors.join(', ')})` : ''
  return (
    `${count(requests)} requests, ${Math.round(achievedRate)}/s, ` +
    `${count(errors)} errors${detail}, ${formatBytes(bytes)} received.`
  )
}

function checksTable({ checks }: RunResult): string {
  if (checks.length === 0) return ''
  const rows = checks.map(({ name, passed, failed }) => [
    name,
    count(passed),
    count(failed),
    failed === 0 ? 'holds' : 'broken',
  ])
  return renderTable(['Check', 'passed', 'failed', ''], rows, ['left', 'right', 'right', 'left'])
}

function budgetLine({ text, verdict, value }: RunResult['budgets'][number]): string {
  const measured = value === null ? '' : ` (${formatValue(value, parseBudget(text).unit)})`
  return `Budget ${text}: ${verdict}${measured}`
}

function verdictLines({ verdict, reasons }: RunResult): string {
  return `${verdict}${reasons.length > 0 ? `: ${reasons.join(' ')}` : ''}`
}

const ms = (value: number | null) => (value === null ? '—' : formatDuration(value))
const count = (value: number) => value.toLocaleString('en-US')
