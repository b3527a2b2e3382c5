import { readFileSync } from 'node:fs'
import os from 'node:os'
import type { Awake } from '@hotpath/load'

/** What figures were measured on, as far as they depend on it. */
export function machineText(awake: Awake | null): string {
  const parts = [
    `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? 'unknown'}`,
    `${os.type()} ${os.release()}`,
    ...(awake ? [`${awake.cores} cores kept awake`] : []),
    ...(sharesBetweenSessions() ? ['cores shared between sessions (autogroup)'] : []),
  ]
  return parts.join(', ')
}

/** Each session then gets as much of a core as any other, and PostgreSQL makes one of each of its processes: sched(7). */
function sharesBetweenSessions(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1'
  } catch {
    return false
  }
}
