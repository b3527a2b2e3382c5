import { paths, type Worker } from '@hotpath/core'
import { exitCode } from '../exit-code.ts'
import { ask } from '../running-app.ts'
import { print, printJson, say } from '../terminal.ts'
import type { CacheOptions } from './cache.ts'

interface Turned {
  turned: { route: string; cache: 'on' | 'off' }
  /** How many heard of it; null where Redis could not be asked. */
  processes: number | null
  off: readonly string[]
  worker: Worker
}

/** Turns the cache of one route of a running application off or on. */
export async function cacheRoute(cache: 'on' | 'off', route: string, options: CacheOptions): Promise<number> {
  const result = await ask<Turned>(options, paths.cacheRoute, { route, cache })
  const { processes, off } = result
  if (options.json) printJson(result)
  else {
    print(`The cache of ${route} is ${cache}${processes === null ? '' : ` in ${counted(processes)}`}.`)
    if (off.length > 0) print(`Off: ${off.join(', ')}`)
  }
  if (processes === null) say('Redis could not be reached: only the process that answered knows of it.')
  return processes === null ? exitCode.inconclusive : exitCode.ok
}

const counted = (processes: number) => (processes === 1 ? 'one process' : `${processes} processes`)
