import { readFile } from 'node:fs/promises'

/** One run of one process: ids are given out again, their start time tells the runs apart. */
export interface ProcessIdentity {
  pid: number
  /** Boot id and start tick of the process; null where the system does not tell (no /proc). */
  started: string | null
}

export async function identityOf(pid: number): Promise<ProcessIdentity> {
  return { pid, started: (await runOf(pid))?.started ?? null }
}

/** Whether that very run still lives. Without /proc, any process of that id counts. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  if (!exists(pid)) return false
  if (started === null) return true
  const run = await runOf(pid)
  return run?.started === started && !run.isZombie
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function runOf(pid: number): Promise<{ started: string; isZombie: boolean } | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    const { startTick, isZombie } = readStat(stat)
    return { started: `${boot.trim()}/${startTick}`, isZombie }
  } catch {
    return undefined
  }
}

/**
 * Fields 3 and 22 of proc(5) stat; the second, the program's name in parentheses, may hold spaces and parentheses
 * itself. A zombie has ended and waits for a parent that asks: in a container there may never be one.
 */
export function readStat(stat: string): { startTick: string; isZombie: boolean } {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { startTick: afterName[19]!, isZombie: afterName[0] === 'Z' || afterName[0] === 'X' }
}
