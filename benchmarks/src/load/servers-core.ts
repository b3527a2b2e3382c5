import { spawnSync } from 'node:child_process'
import os from 'node:os'

/** Gives a server the first core, as everywhere in the benchmarks, so that no generator moves it to and fro. */
export function toServersCore(pid: number): void {
  if (os.cpus().length < 2) return
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', '0', String(pid)], { stdio: 'ignore' })
  if (status !== 0) throw new Error(`taskset could not bind process ${pid} to a core.`)
}
