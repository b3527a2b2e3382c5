import { formatBytes, formatDuration, paths } from '@hotpath/core'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { ask, type Target } from '../running-app.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

export interface CacheOptions extends Target {
  json: boolean
}

export interface PurgeOptions extends CacheOptions {
  tag: readonly string[]
  pattern?: string
}

/** What GET /_hotpath/api/cache answers. */
interface CacheStats {
  http: Record<string, number>
  objects: Record<string, number | string> & { loadMs: { mean: number; p95: number } }
}

/** Prints the statistics of both caches of a running application. */
export async function cacheStats(options: CacheOptions): Promise<number> {
  const stats = await ask<CacheStats>(options, paths.cacheStats)
  if (options.json) {
    printJson(stats)
    return exitCode.ok
  }
  print(section('HTTP responses', stats.http))
  const { loadMs, namespace, ...counters } = stats.objects
  print(section(`Objects (${namespace})`, counters as Record<string, number>))
  print(`Loads took ${formatDuration(loadMs.mean)} on average, p95 ${formatDuration(loadMs.p95)}.`)
  return exitCode.ok
}

/** Drops what carries a tag or matches a pattern, in every tier of a running application. */
export async function cachePurge(options: PurgeOptions): Promise<number> {
  if (options.tag.length === 0 && options.pattern === undefined) throw cliErrors.HP_PURGE_EMPTY()
  const what = {
    ...(options.tag.length > 0 && { tags: options.tag }),
    ...(options.pattern !== undefined && { pattern: options.pattern }),
  }
  const result = await ask<{ purged: unknown }>(options, paths.cachePurge, what)
  if (options.json) printJson(result)
  else
    print(
      `Purged ${[...options.tag, ...(options.pattern === undefined ? [] : [options.pattern])].join(', ')}.`,
    )
  return exitCode.ok
}

function section(title: string, counters: Record<string, number>): string {
  const rows = Object.entries(counters).map(([name, value]) => [
    words(name),
    /bytes/i.test(name) ? formatBytes(value) : value.toLocaleString('en-US'),
  ])
  const looked = (counters.hits ?? 0) + (counters.staleHits ?? 0) + (counters.misses ?? 0)
  const served = (counters.hits ?? 0) + (counters.staleHits ?? 0)
  if (looked > 0) rows.unshift(['hit ratio', `${((100 * served) / looked).toFixed(1)}%`])
  return `${renderTable([title, ''], rows, ['left', 'right'])}\n`
}

/** `staleHits` → `stale hits` */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
