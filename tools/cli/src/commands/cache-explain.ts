import type { Explanation } from '@hotpath/app'
import { formatDuration, paths, type Worker } from '@hotpath/core'
import { exitCode } from '../exit-code.ts'
import { ask } from '../running-app.ts'
import { print, printJson } from '../terminal.ts'
import { workerName } from '../worker-name.ts'
import type { CacheOptions } from './cache.ts'

export interface ExplainOptions extends CacheOptions {
  namespace?: string
}

type Copy = NonNullable<Explanation['memory']>

/** Says where a key's value lies, how old it is, and whether it would be served now. */
export async function cacheExplain(key: string, options: ExplainOptions): Promise<number> {
  const query = new URLSearchParams({
    key,
    ...(options.namespace !== undefined && { namespace: options.namespace }),
  })
  const answer = await ask<Explanation & { worker: Worker }>(
    options,
    `${paths.cacheExplain}?${query.toString()}`,
  )
  if (options.json) printJson(answer)
  else print(account(answer))
  return exitCode.ok
}

function account({
  key,
  namespace,
  verdict,
  memory,
  redis,
  worker,
}: Explanation & { worker: Worker }): string {
  const inRedis = redis !== null && 'unreachable' in redis ? redis.unreachable : whereabouts(redis)
  const loaded = memory ?? (redis !== null && 'state' in redis ? redis : null)
  const lines = [
    `${key} in ${namespace}: ${verdict}`,
    '',
    `  Memory    ${whereabouts(memory)}`,
    `  Redis     ${inRedis}`,
  ]
  if (loaded !== null && loaded.tags.length > 0) lines.push(`  Tags      ${loaded.tags.join(', ')}`)
  if (loaded !== null && loaded.loadMs > 0) lines.push(`  Its load  took ${formatDuration(loaded.loadMs)}`)
  lines.push(`  Asked     ${workerName(worker)}`)
  return lines.join('\n')
}

function whereabouts(copy: Copy | null): string {
  if (copy === null) return 'nothing'
  const { state, freshForMs, staleForMs, keptForMs } = copy
  const ends = [
    ['fresh for', freshForMs],
    ['stale until', staleForMs],
    ['kept for failures until', keptForMs],
  ] as const
  const left = ends.filter(([, ms], index) => ms > 0 && (index === 0 || ms > ends[index - 1]![1]))
  const times = left.map(([what, ms], index) =>
    index === 0 ? `${what} ${formatDuration(ms)}` : `${what} ${formatDuration(ms)} from now`,
  )
  return [state, ...times].join(', ')
}
