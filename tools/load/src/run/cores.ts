import { readFileSync } from 'node:fs'

/** The numbers of the cores that this process may use; none where that is not told: it is read from Linux' proc(5). */
export function allowedCores(): number[] {
  return process.platform === 'linux' ? readCores(readFileSync('/proc/self/status', 'utf8')) : []
}

/** The numbers of the cores that a process may use, of its status (proc(5)): `0-3,8` has five. */
export function readCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? ''
  return list
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [from, to = from] = range.split('-').map(Number) as [number, number?]
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
}

/**
 * Which of some cores are the servers' that a generator starts beside itself: all but the last. A server that may use
 * every core is at times put on that of the generator, which then sends late by some milliseconds. The generator itself
 * is better left free: on one core alone it would wait for its own helper threads. Null where there is only one.
 */
export function serversOf(cores: readonly number[]): readonly number[] | null {
  return cores.length < 2 ? null : cores.slice(0, -1)
}
