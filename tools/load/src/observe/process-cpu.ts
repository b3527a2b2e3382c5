import { readdirSync, readFileSync } from 'node:fs'

/** A line of /proc/<pid>/stat, as far as it matters here (proc(5)). */
interface ProcessTimes {
  pid: number
  parent: number
  /** Ticks of its own and of its children that ended and were waited for. */
  ticks: number
}

/** Linux counts CPU time in ticks of 1/100 s for user programs (USER_HZ). */
const ticksPerSecond = 100

/**
 * CPU seconds that a process and its children have used so far, ended children included: a Postgres server's work is
 * done by its children. Null where there is no /proc.
 */
export function treeCpuSeconds(pid: number): number | null {
  return cpuSecondsOf(pid, () => true)
}

/** The same of its children alone: an embedded database is a child of its application. */
export function childrenCpuSeconds(pid: number): number | null {
  return cpuSecondsOf(pid, (member) => member !== pid)
}

function cpuSecondsOf(pid: number, counts: (member: number) => boolean): number | null {
  const all = readProcesses()
  if (!all) return null
  const members = new Set([pid])
  // A child's line can stand before its parent's, so look again until nothing is added.
  for (let before = 0; before !== members.size;) {
    before = members.size
    for (const each of all) if (members.has(each.parent)) members.add(each.pid)
  }
  const ticks = all
    .filter((each) => members.has(each.pid) && counts(each.pid))
    .reduce((sum, each) => sum + each.ticks, 0)
  return ticks / ticksPerSecond
}

/** Reads one stat line; the command in parentheses may itself hold spaces and parentheses. */
export function parseStat(line: string): ProcessTimes {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [, parent, ...rest] = fields
  const [utime, stime, childUtime, childStime] = rest.slice(9, 13)
  return {
    pid: Number.parseInt(line, 10),
    parent: Number(parent),
    ticks: Number(utime) + Number(stime) + Number(childUtime) + Number(childStime),
  }
}

function readProcesses(): ProcessTimes[] | null {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readStat(name))
  } catch {
    return null
  }
}

/** Empty when the process ended between the listing and the reading. */
function readStat(pid: string): ProcessTimes[] {
  try {
    return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))]
  } catch {
    return []
  }
}
