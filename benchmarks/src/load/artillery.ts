import { existsSync, mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Cell } from './matrix.ts'
import { type Peer, runProgram } from './peer.ts'

export const artilleryVersion = '2.0.34'
/** Kept between runs: it is 467 MB in 297 folders, which is why it is no dependency. */
const folder = path.join(os.tmpdir(), `hotpath-artillery-${artilleryVersion}`)
const program = path.join(folder, 'node_modules/artillery/bin/run')
const environment = { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', ARTILLERY_DISABLE_TELEMETRY: 'true' }

interface Report {
  aggregate: {
    counters: Record<string, number>
    summaries: Record<string, { p50: number; p95: number; p99: number }>
  }
}

/** Installs Artillery once, below the temporary folder. Null when that fails, with the reason told. */
export async function findArtillery(progress: (text: string) => void): Promise<Peer | null> {
  try {
    if (!existsSync(program)) {
      progress(`installing Artillery ${artilleryVersion} into ${folder}, once`)
      mkdirSync(folder, { recursive: true })
      const flags = ['install', '--no-audit', '--no-fund', '--prefix', folder]
      await runProgram('npm', [...flags, `artillery@${artilleryVersion}`], environment)
    }
    return artillery
  } catch (error) {
    progress(`Artillery is not measured: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

/** The open model at the middle rate: a run takes it some ten seconds of CPU to begin. */
const drivenRate = 100

const artillery: Peer = {
  name: 'Artillery',
  drives: ({ model, level }) => model === 'open' && level === drivenRate,
  async run(url, cell) {
    using own = mkdtempDisposableSync(path.join(os.tmpdir(), 'hotpath-artillery-run-'))
    const script = path.join(own.path, 'script.json')
    const report = path.join(own.path, 'report.json')
    writeFileSync(script, JSON.stringify(scriptOf(url, cell)))
    await runProgram(process.execPath, [program, 'run', '--quiet', '--output', report, script], environment)
    const { counters, summaries } = (JSON.parse(readFileSync(report, 'utf8')) as Report).aggregate
    const { p50, p95, p99 } = summaries['http.response_time']!
    return { requests: counters['http.requests'] ?? 0, times: { p50, p95, p99 } }
  },
}

/** As its documentation writes it, with no setting changed. */
function scriptOf(url: string, { level, seconds }: Cell): object {
  const { origin, pathname } = new URL(url)
  return {
    config: { target: origin, phases: [{ duration: seconds, arrivalRate: level }] },
    scenarios: [{ flow: [{ get: { url: pathname } }] }],
  }
}
