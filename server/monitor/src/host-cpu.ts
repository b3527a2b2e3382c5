import { readFileSync } from 'node:fs'

/** Linux counts CPU time in ticks of 1/100 s for user programs (USER_HZ). */
const ticksPerSecond = 100

/**
 * CPU seconds that the whole machine has been busy since its start (proc_stat(5)), without those of programs of lowered
 * priority, which give way to others; null where it cannot be read.
 */
export function hostCpuSeconds(): number | null {
  const text = read('/proc/stat')
  return text === null ? null : parseHostCpu(text)
}

/**
 * Everything but idle time, waiting for disks, and what is `nice`; time stolen by other guests is busy, too: nobody here
 * can have it.
 */
export function parseHostCpu(text: string): number | null {
  const line = /^cpu +(.+)$/m.exec(text)?.[1]
  if (line === undefined) return null
  const [user = 0, , system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/ +/).map(Number)
  const busy = (user + system + irq + softirq + steal) / ticksPerSecond
  return Number.isFinite(busy) ? busy : null
}

/** The CPU of a pool's PostgreSQL processes, as they come and go. */
export interface BackendsCpu {
  /**
   * CPU seconds of the processes with these ids and of those before them, as last seen; null while none was ever seen.
   * It never falls: a connection that idled and was closed takes none of its work along.
   */
  seconds(pids: Iterable<number>): number | null
}

/** `cpuOf` tells the CPU seconds of one process, null where it cannot be seen. */
export function createBackendsCpu(cpuOf: (pid: number) => number | null = backendCpuSeconds): BackendsCpu {
  const lastSeen = new Map<number, number>()
  let ended = 0
  let wasSeen = false
  return {
    seconds(pids) {
      const open = new Set(pids)
      for (const [pid, seconds] of lastSeen) {
        if (open.has(pid)) continue
        ended += seconds
        lastSeen.delete(pid)
      }
      for (const pid of open) {
        const seconds = cpuOf(pid)
        if (seconds === null) continue
        wasSeen = true
        const before = lastSeen.get(pid) ?? 0
        // Less than before: another process has the id now.
        if (seconds < before) ended += before
        lastSeen.set(pid, seconds)
      }
      if (!wasSeen) return null
      return [...lastSeen.values()].reduce((sum, seconds) => sum + seconds, ended)
    },
  }
}

/** Null unless a PostgreSQL process has the id on this machine: the server may be elsewhere, and the id somebody else's. */
function backendCpuSeconds(pid: number): number | null {
  if (!read(`/proc/${pid}/comm`)?.startsWith('postgres')) return null
  const nanoseconds = Number(read(`/proc/${pid}/schedstat`)?.split(' ')[0] ?? Number.NaN)
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : null
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
