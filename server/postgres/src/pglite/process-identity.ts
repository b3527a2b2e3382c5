import { readFile } from 'node:fs/promises'

/** One run of one process: ids are given out again, their start time tells the runs apart. */
export interface ProcessIdentity {
  pid: number
  /** Boot id and start tick of the process; null where the system does not tell (no /proc). */
  started: string | null
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) }
}

/** Whether that very run still lives. Without /proc, any process of that id counts. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  if (!exists(pid)) return false
  return started === null || (await startOf(pid)) === started
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function startOf(pid: number): Promise<string | null> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    return `${boot.trim()}/${startTick(stat)}`
  } catch {
    return null
  }
}

/** Field 22 of proc(5) stat; the second, the program's name in parentheses, may hold spaces and parentheses itself. */
export function startTick(stat: string): string {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2)
  return afterName.split(' ')[19]!
}
