import path from 'node:path'
import { runLoad, type Scenario } from '@hotpath/load'
import type { AppFolder } from '../apps.ts'
import type { Effort } from './compare-layers.ts'
import { treeCpuSeconds } from './process-cpu.ts'
import { startServer } from './server-process.ts'

export interface TwoWorkersOptions {
  app: AppFolder
  scenario: Scenario
  effort: Effort
  databaseUrl: string
  /** Where its other data lives. */
  folder: string
  /** Requests per second that are to be served by a fleet. */
  fleetRate: number
}

const workers = 2

/** How many requests two workers of an application answered, and how many such cores the fleet's rate would take. */
export async function measureTwoWorkers(options: TwoWorkersOptions): Promise<string> {
  const { app, scenario, effort, databaseUrl } = options
  const folder = path.join(options.folder, 'workers')
  const server = await startServer(app, { layer: 'on', databaseUrl, folder, workers })
  try {
    const drive = (duration: number) =>
      runLoad({
        scenarios: scenario,
        origin: server.origin,
        seed: effort.seed,
        model: 'closed',
        users: effort.users,
        duration,
      })
    // Each worker has a memory of its own to warm.
    await drive(workers * effort.warmupMs)
    const before = treeCpuSeconds(server.pid)
    const run = await drive(2 * effort.stretchMs)
    const after = treeCpuSeconds(server.pid)
    const cpuSeconds = before === null || after === null ? null : after - before
    return twoWorkersNote({ ...run, cpuSeconds, fleetRate: options.fleetRate })
  } finally {
    await server.stop()
  }
}

/** What is said of it. */
export function twoWorkersNote(measured: {
  achievedRate: number
  requests: number
  errors: number
  /** Of the workers and of what was started with them; null where it cannot be read. */
  cpuSeconds: number | null
  fleetRate: number
}): string {
  const { achievedRate, requests, errors, cpuSeconds, fleetRate } = measured
  const count = (value: number) => Math.round(value).toLocaleString('en-US')
  const served = `Two workers, the generator on the same cores: ${count(achievedRate)} requests/s, ${count(errors)} errors`
  if (cpuSeconds === null || cpuSeconds === 0) return `${served}; their CPU time cannot be read here.`
  const perCpuSecond = requests / cpuSeconds
  const cores = Math.ceil(fleetRate / perCpuSecond)
  return (
    `${served}; ${count(perCpuSecond)} per CPU-second of the workers, Redis included, so ${count(fleetRate)}/s are forecast from ` +
    `${cores} such ${cores === 1 ? 'core' : 'cores'}.`
  )
}
