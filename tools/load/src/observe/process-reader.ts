import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { ServerSide } from './server-side.ts'

/** What is seen of a process on this machine from outside. */
export interface ProcessReader {
  /** Notes how much it has used by now. */
  look(): void
  side(bounds: { zero: number; from: number; until: number }): ServerSide
}

/** Linux counts CPU time in ticks of 1/100 s for user programs (USER_HZ), and memory in pages. */
const ticksPerSecond = 100
const pageBytes = 4096

interface Look {
  at: number
  cpuSeconds: number
  rssBytes: number
}

/** CPU and memory of a process from /proc (proc(5)). @throws Error when there is no such process, or no /proc */
export function createProcessReader(pid: number): ProcessReader {
  const looks: Look[] = [lookAt(pid)]
  return {
    look() {
      try {
        looks.push(lookAt(pid))
      } catch {
        // It ended: what was seen stays.
      }
    },
    side({ zero, from, until }) {
      const pairs = looks.slice(1).map((after, index) => ({ before: looks[index]!, after }))
      const inside = pairs.filter(({ before, after }) => {
        const middle = (before.at + after.at) / 2
        return after.at > before.at && middle >= from && middle < until
      })
      return {
        source: 'process',
        processes: 1,
        cores: availableParallelism(),
        machineCores: cpus().length,
        poolSize: null,
        routes: [],
        samples: inside.map(({ before, after }) => ({
          ...unseen,
          atMs: before.at - zero,
          cpu: (1000 * (after.cpuSeconds - before.cpuSeconds)) / (after.at - before.at),
          rssBytes: after.rssBytes,
        })),
      }
    },
  }
}

const unseen = {
  loopCpu: null,
  databaseCpu: null,
  machineCpu: null,
  eventLoopUtilisation: null,
  eventLoopDelayP99Ms: null,
  gcShare: null,
  requestRate: null,
  p95Ms: null,
  statementRate: null,
  statementMs: null,
  statementP95Ms: null,
  poolWaitP95Ms: null,
  poolBusy: null,
  poolWaitMs: null,
  poolWaiting: null,
  httpHitShare: null,
  memoryHitShare: null,
  redisHitShare: null,
} as const

function lookAt(pid: number): Look {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command in parentheses may itself hold spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return {
    at: Date.now(),
    cpuSeconds: (user + system) / ticksPerSecond,
    rssBytes: Number(fields[21]) * pageBytes,
  }
}
