import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Peer, runProgram } from './peer.ts'

interface Report {
  latency: { p50: number; p99: number }
  requests: { sent: number; average: number }
}

const program = () => createRequire(import.meta.url).resolve('autocannon')

/** Autocannon as its README has it: `-R` for a rate. It reports whole milliseconds, and no p95. */
export const autocannon: Peer = {
  name: 'autocannon',
  drives: () => true,
  async run(url, { model, level, seconds }) {
    // Enough for the level and for a stall, and never more than requests per second.
    const connections = model === 'open' ? Math.min(level, 50) : level
    const rate = model === 'open' ? ['-R', String(level)] : []
    const flags = ['-j', '-n', '-c', String(connections), '-d', String(seconds), ...rate]
    const { latency, requests } = readReport(await runProgram(process.execPath, [program(), ...flags, url]))
    return { requests: requests.sent, times: { p50: latency.p50, p99: latency.p99 } }
  },
}

const startMs = 1000

/**
 * Requests per second of CPU time while autocannon goes as fast as it can. The CPU time is that of the whole process,
 * all its threads, from the first second on: its start does not count.
 */
export async function autocannonCost(url: string, connections: number, seconds: number): Promise<number> {
  const flags = ['-j', '-n', '-c', String(connections), '-d', String(seconds + 2)]
  const child = spawn(process.execPath, [program(), ...flags, url], { stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const closed = once(child, 'close')
  await sleep(startMs)
  const cpuBefore = cpuSecondsOf(child.pid!)
  const before = performance.now()
  await sleep(seconds * 1000)
  const cpuShare = ((cpuSecondsOf(child.pid!) - cpuBefore) * 1000) / (performance.now() - before)
  await closed
  return readReport(out).requests.average / cpuShare
}

const readReport = (out: string): Report => JSON.parse(out) as Report

/** CPU seconds of a process, user and system (proc(5), stat, fields 14 and 15, in hundredths of a second). */
function cpuSecondsOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) / 100
}
