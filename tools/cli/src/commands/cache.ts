import { paths } from '@hotpath/core'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { ask, type Target } from '../running-app.ts'
import { print, printJson, say } from '../terminal.ts'

export interface CacheOptions extends Target {
  json: boolean
}

export interface PurgeOptions extends CacheOptions {
  tag: readonly string[]
  pattern?: string
}

/** Drops what carries a tag or matches a pattern, in every tier and every process of a running application. */
export async function cachePurge(options: PurgeOptions): Promise<number> {
  if (options.tag.length === 0 && options.pattern === undefined) throw cliErrors.HP_PURGE_EMPTY()
  const what = {
    ...(options.tag.length > 0 && { tags: options.tag }),
    ...(options.pattern !== undefined && { pattern: options.pattern }),
  }
  const result = await ask<{ acknowledged: boolean }>(options, paths.cachePurge, what)
  const named = [...options.tag, ...(options.pattern === undefined ? [] : [options.pattern])].join(', ')
  if (options.json) printJson(result)
  else print(`Purged ${named}.`)
  if (!result.acknowledged) {
    say(
      'Redis could not be reached: only the process that answered knows of it yet. It tells the others when Redis is back.',
    )
  }
  return result.acknowledged ? exitCode.ok : exitCode.inconclusive
}
