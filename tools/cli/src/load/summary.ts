import {
  binsOf,
  formatBytes,
  formatDuration,
  formatValue,
  histogramFromJSON,
  parseBudget,
  turnedAwayNote,
} from '@hotpath/core'
import type { RunResult } from '@hotpath/load'
import { adviceFor } from '@hotpath/load/report'
import { renderTable } from '../table.ts'

const names = {
  response: 'Response (from due)',
  service: 'Service (from written)',
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
    distributionPicture(result),
    endpointsTable(result),
    stagesTable(result),
    groupsTable(result),
    countsLine(result),
    checksTable(result),
    budgetsTable(result),
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

function stagesTable({ stages }: RunResult): string {
  if (stages.length < 2) return ''
  const rows = stages.map(({ durationMs, from, to, requests, errors, responseMs }) => [
    `${formatDuration(durationMs)}: ${from === to ? count(to) : `${count(from)} to ${count(to)}`}`,
    count(requests),
    count(errors),
    ms(responseMs.p50),
    ms(responseMs.p95),
    ms(responseMs.p99),
  ])
  return renderTable(['Stage', 'requests', 'errors', 'p50', 'p95', 'p99'], rows, toTheRight)
}

function groupsTable({ groups }: RunResult): string {
  if (groups.length === 0) return ''
  const rows = groups.map(({ name, count: passes, failed, timesMs }) => [
    name,
    count(passes),
    count(failed),
    ms(timesMs.p50),
    ms(timesMs.p95),
    ms(timesMs.p99),
  ])
  return renderTable(['Group', 'passes', 'failed', 'p50', 'p95', 'p99'], rows, toTheRight)
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

function budgetsTable({ budgets }: RunResult): string {
  if (budgets.length === 0) return ''
  const rows = budgets.map(({ text, verdict, value }) => [
    text,
    value === null ? '—' : formatValue(value, parseBudget(text).unit),
    verdict,
  ])
  return renderTable(['Budget', 'measured', ''], rows, ['left', 'right', 'left'])
}

const pictureBins = 10
const pictureWidth = 40

/** How the response times are spread, each row a tenth of the way on a logarithmic axis. */
function distributionPicture({ histograms }: RunResult): string {
  if (!histograms || histograms.response.count === 0) return ''
  const bins = binsOf(histogramFromJSON(histograms.response), pictureBins)
  const most = Math.max(...bins.map((bin) => bin.count))
  const rows = bins.map((bin) => [
    `≤ ${ms(bin.to)}`,
    '█'.repeat(Math.round((bin.count / most) * pictureWidth)) || (bin.count > 0 ? '▏' : ''),
    count(bin.count),
  ])
  return renderTable(['Response', '', 'requests'], rows, ['right', 'left', 'right'])
}

/** The verdict, and what stands behind it with what to do. */
function verdictLines(result: RunResult): string {
  const note = turnedAwayNote(result)
  const lines = result.reasons.map((reason) => {
    const advice = adviceFor(reason)
    return `  ${reason}${advice === null ? '' : `\n  → ${advice}`}`
  })
  return [result.verdict, ...lines, ...(note ? [`  ${note}`] : [])].join('\n')
}

const ms = (value: number | null) => (value === null ? '—' : formatDuration(value))
const count = (value: number) => value.toLocaleString('en-US')
