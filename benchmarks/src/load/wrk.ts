import { spawnSync } from 'node:child_process'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Peer, runProgram } from './peer.ts'

const script = `done = function(summary, latency, requests)
  io.write(string.format("@%d %f %f %f\\n", summary.requests,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
`

/** wrk knows the closed model only. Null when it is not installed. */
export function findWrk(): Peer | null {
  if (spawnSync('wrk', ['-v']).error) return null
  return {
    name: 'wrk',
    drives: ({ model }) => model === 'closed',
    async run(url, { level, seconds }) {
      using folder = mkdtempDisposableSync(path.join(os.tmpdir(), 'hotpath-wrk-'))
      const file = path.join(folder.path, 'report.lua')
      writeFileSync(file, script)
      const flags = ['-t', '1', '-c', String(level), '-d', `${seconds}s`, '--timeout', '10s', '-s', file]
      const figures = /^@(.+)$/m
        .exec(await runProgram('wrk', [...flags, url]))?.[1]
        ?.split(' ')
        .map(Number)
      const [requests, p50, p95, p99] = figures as [number, number, number, number]
      return { requests, times: { p50, p95, p99 } }
    },
  }
}

/** Its version, for the record. */
export function wrkVersion(): string {
  return /wrk (\S+)/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 'not installed'
}
