import { spawnSync } from 'node:child_process'
import { allowedCores, serversOf } from '@hotpath/load'

/** A program and its arguments. */
export type Started = readonly [program: string, args: readonly string[]]

/**
 * Starts what it is given on some cores only, so that the generator beside it has one of its own. Unchanged where there
 * is one core, and where `taskset` (util-linux, Linux alone) is missing.
 */
export function besideGenerator([program, args]: Started): Started {
  const cores = serversOf(allowedCores())?.join(',')
  if (cores === undefined || !canKeepTo(cores)) return [program, args]
  return ['taskset', ['-c', cores, program, ...args]]
}

const canKeepTo = (cores: string) =>
  spawnSync('taskset', ['-c', cores, 'true'], { stdio: 'ignore' }).status === 0
