import type { CachesStats } from '@hotpath/app'
import { formatBytes, formatDuration, paths, type Worker } from '@hotpath/core'
import { exitCode } from '../exit-code.ts'
import { ask } from '../running-app.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { workerName } from '../worker-name.ts'
import type { CacheOptions } from './cache.ts'

/** What GET /_hotpath/api/cache answers. */
type Stats = CachesStats & { worker: Worker }

type ObjectStats = CachesStats['objects'][number]
type Group = ObjectStats['groups'][number]

/** Prints the statistics of the caches of a running application, by namespace and key group. */
export async function cacheStats(options: CacheOptions): Promise<number> {
  const stats = await ask<Stats>(options, paths.cacheStats)
  if (options.json) {
    printJson(stats)
    return exitCode.ok
  }
  print(`${workerName(stats.worker)}, since its start\n`)
  const { shadow, ...responses } = stats.http
  print(section('HTTP responses', responses))
  if (shadow) print(shadowText(shadow))
  if (stats.off.length > 0) print(`Turned off: ${stats.off.join(', ')}\n`)
  for (const cache of stats.objects) print(namespaceText(cache))
  return exitCode.ok
}

function namespaceText({ namespace, loadMs, groups, ...counters }: ObjectStats): string {
  const loads = `Loads took ${formatDuration(loadMs.mean)} on average, p95 ${formatDuration(loadMs.p95)}.`
  const parts = [section(`Objects (${namespace})`, counters), loads]
  if (groups.length > 0) parts.push(`\n${hitsByGroup(groups)}`, `\n${missesByGroup(groups)}`)
  return `${parts.join('\n')}\n`
}

function section(title: string, counters: Record<string, number>): string {
  const rows = Object.entries(counters).map(([name, value]) => [
    words(name),
    /bytes/i.test(name) ? formatBytes(value) : count(value),
  ])
  const served = (counters.hits ?? 0) + (counters.staleHits ?? 0)
  const looked = served + (counters.misses ?? 0)
  if (looked > 0) rows.unshift(['hit ratio', `${((100 * served) / looked).toFixed(1)}%`])
  return `${renderTable([title, ''], rows, ['left', 'right'])}\n`
}

/** What routes in shadow mode would have been served from the store. */
function shadowText({ entries, bytes, routes }: NonNullable<CachesStats['http']['shadow']>): string {
  const header = [
    'In shadow mode',
    'Requests',
    'Would be hits',
    'Bytes',
    'Of them from the store',
    'Why not stored',
  ]
  const rows = routes.map(({ route, requests, hits, staleHits, bytes, hitBytes, reasons }) => [
    route,
    count(requests),
    `${((100 * (hits + staleHits)) / Math.max(1, requests)).toFixed(1)}%`,
    formatBytes(bytes),
    formatBytes(hitBytes),
    Object.entries(reasons)
      .map(([reason, times]) => `${reason} ${count(times)}`)
      .join(', '),
  ])
  const would = `It would hold ${count(entries)} URLs in ${formatBytes(bytes)}.`
  return `${renderTable(header, rows, ['left', 'right', 'right', 'right', 'right', 'left'])}\n${would}\n`
}

/** Where values came from, and what loading them cost. */
function hitsByGroup(groups: readonly Group[]): string {
  const header = [
    'Key group',
    'Memory hits',
    'Redis hits',
    'Stale hits',
    'Loads',
    'Failed',
    'Mean load',
    'Shared loads',
  ]
  const rows = groups.map(({ name, hits, staleHits, loads, loadErrors, loadMs, sharedLoads }) => [
    name,
    ...[hits.memory, hits.redis, staleHits, loads, loadErrors].map(count),
    loads === 0 ? '' : formatDuration(loadMs / loads),
    count(sharedLoads),
  ])
  return figures(header, rows)
}

/** Why values had to be loaded. */
function missesByGroup(groups: readonly Group[]): string {
  const header = ['Misses', 'Absent', 'Expired', 'Invalidated', 'Redis away', 'Unreadable']
  const rows = groups.map(({ name, misses }) => [
    name,
    ...[misses.absent, misses.expired, misses.invalidated, misses.unreachable, misses.corrupt].map(count),
  ])
  return figures(header, rows)
}

const figures = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  renderTable(
    header,
    rows,
    header.map((_, column) => (column === 0 ? 'left' : 'right')),
  )

const count = (value: number) => value.toLocaleString('en-US')

/** `staleHits` → `stale hits` */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
