import { formatBytes, formatValue, parseBudget } from '@hotpath/core'
import type { Environment } from '../environment.ts'
import type { ImportNote } from '../import/imported.ts'
import type { RunResult, TimeSummary } from '../record/result.ts'
import { count, figure, ms, percent } from './figures.ts'
import { html, type Markup, nothing } from './markup.ts'
import { table } from './table.ts'

const timesHeader = ['p50', 'p90', 'p95', 'p99', 'max', 'mean']
const timesCells = ({ p50, p90, p95, p99, max, mean }: TimeSummary) => [p50, p90, p95, p99, max, mean].map(ms)

export function budgetsSection({ budgets }: RunResult): Markup {
  if (budgets.length === 0) return nothing
  const rows = budgets.map(({ text, verdict, value }) => [
    text,
    value === null ? '–' : formatValue(value, parseBudget(text).unit),
    html`<span class="${verdict === 'met' ? 'good' : verdict === 'missed' ? 'bad' : 'warn'}"
      >${verdict}</span
    >`,
  ])
  return html`<h2>Budgets</h2>
    <div class="card">
      ${table('Promises held against this run', ['Budget', 'Measured', 'Verdict'], rows)}
    </div>`
}

export function timesSection(result: RunResult): Markup {
  const kinds: [string, TimeSummary][] = [
    ['Response: from due to the last byte', result.responseMs],
    ['Service: from writing the request to the last byte', result.serviceMs],
    ['First byte: from writing to the head', result.ttfbMs],
    ['Connect: opening connections', result.connectMs],
    ['Lateness: from due to a connection', result.latenessMs],
  ]
  const rows = kinds.map(([name, times]) => [name, ...timesCells(times)])
  return html`<h2>Times</h2>
    <div class="card">${table('Times of all requests', ['', ...timesHeader], rows)}</div>`
}

export function endpointsSection({ endpoints }: RunResult): Markup {
  const rows = endpoints.map(({ name, requests, errors, responseMs }) => [
    name,
    count(requests),
    errors === 0 ? '0' : html`<span class="bad">${count(errors)} (${percent(errors / requests)})</span>`,
    ...timesCells(responseMs),
  ])
  return html`<h2>Endpoints</h2>
    <div class="card">
      ${table('Response times by endpoint', ['Endpoint', 'Requests', 'Errors', ...timesHeader], rows)}
    </div>`
}

/** Errors by kind, checks, groups and stages: those there are. */
export function detailSections({ errorsByKind, checks, groups, stages, errors }: RunResult): Markup {
  const kinds = Object.entries(errorsByKind).map(([kind, times]) => [
    kind,
    count(times),
    percent(times / errors),
  ])
  const checkRows = checks.map(({ name, passed, failed }) => [
    name,
    count(passed),
    failed === 0 ? '0' : html`<span class="bad">${count(failed)}</span>`,
    percent(passed / Math.max(1, passed + failed)),
  ])
  const groupRows = groups.map(({ name, count: times, failed, timesMs }) => [
    name,
    count(times),
    count(failed),
    ...timesCells(timesMs),
  ])
  const stageRows = stages.map(({ durationMs, from, to, requests, errors: wrong, responseMs }, index) => [
    `${index + 1}: ${figure(from)}${to === from ? '' : ` to ${figure(to)}`} for ${ms(durationMs)}`,
    count(requests),
    count(wrong),
    ...timesCells(responseMs),
  ])
  const section = (title: string, header: string[], rows: Parameters<typeof table>[2]) =>
    rows.length === 0
      ? nothing
      : html`<h2>${title}</h2>
          <div class="card">${table(`${title} of this run`, header, rows)}</div>`
  return html`${section('Errors by kind', ['Kind', 'Times', 'Share of errors'], kinds)}${section('Checks', ['Check', 'Passed', 'Failed', 'Holds'], checkRows)}${section('Groups', ['Group', 'Times', 'Failed', ...timesHeader], groupRows)}${section('Stages', ['Stage', 'Requests', 'Errors', ...timesHeader], stageRows)}`
}

function list(entries: readonly (readonly [string, string])[]): Markup {
  return html`<dl>
    ${entries.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`
}

export function generatorFacts({ generator, generatorLimited }: RunResult): Markup {
  return html`<section class="card">
    <h3>What it used</h3>
    ${list([
      ['Event loop busy', percent(generator.eventLoopUtilisation)],
      ['CPU', `${figure(generator.cpuSeconds)} s`],
      ['Connections opened', count(generator.connectionsOpened)],
      ['Threads or processes', String(generator.generators)],
      ['Taken by the host', stolenText(generator)],
      ['At its limit', generatorLimited ? 'yes: a throughput is a lower bound' : 'no'],
    ])}
  </section>`
}

/** Runs that were stored by earlier versions do not say it. */
function stolenText({ stolenShare = null }: Partial<RunResult['generator']>): string {
  return stolenShare === null ? 'not counted' : `${percent(stolenShare)} of the CPU time`
}

export function settingsSection(result: RunResult, environment: Environment | null): Markup {
  const { target, model } = result
  const load =
    model === 'open'
      ? `open: ${figure(target.rate ?? 0)} arrivals per second, ${target.arrivals ?? ''}`
      : `closed: ${count(target.users ?? 0)} users`
  const settings: [string, string][] = [
    ['Model', load],
    ['Measured time', `${ms(target.durationMs)}, after ${ms(target.warmupMs)} of warm-up`],
    ['Timeout', ms(target.timeoutMs)],
    ['Most connections', count(target.connections)],
    ['Seed', String(target.seed)],
  ]
  if (environment) settings.push(...environmentEntries(environment))
  return html`<h2>Settings and environment</h2>
    <div class="card">${list(settings)}</div>`
}

function environmentEntries({
  cpu,
  cores,
  memoryBytes,
  kernel,
  node,
  hotpath,
  git,
  fingerprint,
}: Environment) {
  const entries: [string, string][] = [
    ['Processor', `${cpu}, ${cores} cores`],
    ['Memory', formatBytes(memoryBytes)],
    ['System', `${kernel}, Node ${node}, Hotpath ${hotpath}`],
    ['Fingerprint', fingerprint],
  ]
  if (git) entries.push(['Commit', `${git.commit}${git.dirty ? ', with changes' : ''}`])
  return entries
}

export function notesSection(notes: readonly ImportNote[]): Markup {
  if (notes.length === 0) return nothing
  const items = notes.map(
    ({ line, kind, text }) =>
      html`<li>
        ${line === null ? null : `line ${line}: `}${kind === 'skipped' ? html`<strong>skipped:</strong> ` : null}${text}
      </li>`,
  )
  return html`<h2>Import</h2>
    <div class="card">
      <p class="meta">Parts of the script that run otherwise here, or not at all</p>
      <ul>
        ${items}
      </ul>
    </div>`
}
