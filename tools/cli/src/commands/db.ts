import { formatDuration, paths, type Worker } from '@hotpath/core'
import type { PoolAdvice, PoolStats } from '@hotpath/postgres'
import type { RepeatRow, StatementRow, TapReport } from '@hotpath/postgres/tap'
import { exitCode } from '../exit-code.ts'
import { ask, type Target } from '../running-app.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { workerName } from '../worker-name.ts'

export interface DbOptions extends Target {
  json: boolean
  /** Most rows. */
  limit: number
}

/** What GET /_hotpath/api/database answers. */
type Pool = PoolStats & { max: number; waiting: number }
type Sizing = PoolAdvice & { maxConnections: number; instances: number }
type Seen = TapReport & { worker: Worker; kind: 'postgres' | 'pglite'; pool: Pool; sizing?: Sizing | null }

/** Prints the statements of a running application that took most time. */
export async function dbSlow({ limit, json, ...target }: DbOptions): Promise<number> {
  const { worker, kind, pool, sizing = null, statements: all } = await ask<Seen>(target, paths.database)
  const statements = all.slice(0, limit)
  if (json) {
    printJson({ worker, kind, pool, sizing, statements })
    return exitCode.ok
  }
  print(`${workerName(worker)}, since its start\n`)
  if (statements.length === 0) print('No statement was sent yet.')
  else print(`${summary(statements, all)}\n\n${statements.map(details).join('\n\n')}`)
  print(`\n${poolText(pool)}`)
  if (sizing) print(sizingText(sizing))
  return exitCode.ok
}

function poolText({ max, perSecond, holdMs, waitMs, saturation, timeouts, leaks }: Pool): string {
  // Little's law: what arrives, times how long it stays.
  const inUse = (perSecond * holdMs.mean) / 1000
  const lines = [
    `Pool: ${inUse.toFixed(1)} of ${max} connections in use on average, all of them ${(100 * saturation).toFixed(1)}% of the time;`,
    `      callers waited ${formatDuration(waitMs.mean)}, p99 ${formatDuration(waitMs.p99)}, ${count(timeouts)} in vain.`,
  ]
  for (const { site, heldMs } of leaks)
    lines.push(
      `      Not given back for ${formatDuration(heldMs)}: taken at ${site ?? 'a line that is not known'}.`,
    )
  return lines.join('\n')
}

function sizingText({ size, instances, total, maxConnections, fits }: Sizing): string {
  const enough = fits
    ? 'That fits'
    : 'That is less than the load asks for: make statements shorter, or pool in front'
  return `      By this load: ${size} connections in each of ${count(instances)} processes, ${count(total)} of the server's max_connections (${count(maxConnections)}). ${enough}.`
}

function summary(statements: readonly StatementRow[], all: readonly StatementRow[]): string {
  const total = all.reduce((sum, { totalMs }) => sum + totalMs, 0)
  const rows = statements.map(({ calls, totalMs, meanMs, p95Ms, maxMs, meanWaitMs, errors }, index) => [
    String(index + 1),
    count(calls),
    formatDuration(totalMs),
    `${((100 * totalMs) / (total || 1)).toFixed(1)}%`,
    ...[meanMs, p95Ms, maxMs, meanWaitMs].map(formatDuration),
    count(errors),
  ])
  const header = ['', 'Calls', 'Total', 'Share', 'Mean', 'p95', 'Slowest', 'Wait', 'Errors']
  return renderTable(
    header,
    rows,
    header.map(() => 'right'),
  )
}

function details({ sql, routes, sites, plan }: StatementRow, index: number): string {
  const lines = [`${index + 1}. ${oneLine(sql)}`]
  if (routes.length > 0) lines.push(`   routes  ${names(routes)}`)
  if (sites.length > 0) lines.push(`   from    ${names(sites)}`)
  if (plan?.plan)
    lines.push(`   plan    ${planLine(plan.plan)}, of an execution of ${formatDuration(plan.durationMs)}`)
  else if (plan?.problem !== undefined) lines.push(`   plan    none: ${plan.problem}`)
  return lines.join('\n')
}

/** `Limit ► Sort ► Seq Scan on questions` */
function planLine(node: NonNullable<NonNullable<StatementRow['plan']>['plan']>): string {
  const table = node['Relation Name']
  const own = `${String(node['Node Type'])}${typeof table === 'string' ? ` on ${table}` : ''}`
  const [first, ...others] = node.Plans ?? []
  if (!first) return own
  const inner = [first, ...others].map(planLine).join(', ')
  return others.length > 0 ? `${own} ► (${inner})` : `${own} ► ${inner}`
}

/** Prints what a running application sends again and again within one request. */
export async function dbRepeats({ limit, json, ...target }: DbOptions): Promise<number> {
  const { worker, kind, repeats: all } = await ask<Seen>(target, paths.database)
  const repeats = all.slice(0, limit)
  if (json) printJson({ worker, kind, repeats })
  else {
    print(`${workerName(worker)}, since its start\n`)
    print(
      repeats.length === 0 ? 'No statement was repeated within a request.' : repeats.map(repeat).join('\n\n'),
    )
  }
  return exitCode.ok
}

function repeat(row: RepeatRow, index: number): string {
  const { sql, route, site, requests, statements, perRequest, most, totalMs, identical, suggestion } = row
  const lines = [
    `${index + 1}. ${oneLine(sql)}`,
    `   ${route}, at ${site}`,
    `   ${perRequest.toFixed(1)} statements per request (at most ${most}), ${count(statements)} in ${count(requests)} requests, ${formatDuration(totalMs)} in all`,
  ]
  if (identical > 0)
    lines.push(`   ${count(identical)} of them with values already asked for: keep the first result`)
  if (suggestion !== null) lines.push(`   instead  ${oneLine(suggestion)}`)
  return lines.join('\n')
}

const names = (shares: readonly { name: string; calls: number }[]) =>
  shares
    .slice(0, 4)
    .map(({ name, calls }) => `${name} (${count(calls)})`)
    .join(', ')

const oneLine = (sql: string) => sql.replaceAll(/\s+/g, ' ').trim()
const count = (value: number) => value.toLocaleString('en-US')
