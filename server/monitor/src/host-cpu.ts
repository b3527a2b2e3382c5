import { readFileSync } from 'node:fs'

/** Linux counts CPU time in ticks of 1/100 s for user programs (USER_HZ). */
const ticksPerSecond = 100

/** CPU seconds that the whole machine has been busy since its start (proc_stat(5)); null where it cannot be read. */
export function hostCpuSeconds(): number | null {
  const text = read('/proc/stat')
  return text === null ? null : parseHostCpu(text)
}

/** Everything but idle time and waiting for disks; time stolen by other guests is busy, too: nobody here can have it. */
export function parseHostCpu(text: string): number | null {
  const line = /^cpu +(.+)$/m.exec(text)?.[1]
  if (line === undefined) return null
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/ +/).map(Number)
  const busy = (user + nice + system + irq + softirq + steal) / ticksPerSecond
  return Number.isFinite(busy) ? busy : null
}

/**
 * CPU seconds of the PostgreSQL processes that serve this process, by their ids; null where none of them runs on this
 * machine. An id is believed only where a process of that name has it: the server may be elsewhere.
 */
export function backendsCpuSeconds(pids: Iterable<number>): number | null {
  let total: number | null = null
  for (const pid of pids) {
    if (!read(`/proc/${pid}/comm`)?.startsWith('postgres')) continue
    const nanoseconds = Number(read(`/proc/${pid}/schedstat`)?.split(' ')[0] ?? Number.NaN)
    if (Number.isFinite(nanoseconds)) total = (total ?? 0) + nanoseconds / 1e9
  }
  return total
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
