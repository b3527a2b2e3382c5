import os from 'node:os'
import path from 'node:path'
import { paths } from '@hotpath/core'
import { runLoad, type Scenario } from '@hotpath/load'
import { machineUse, treeCpuSeconds, usedByOthers } from '@hotpath/load/machine'
import type { AppFolder } from '../apps.ts'
import type { Effort } from './compare-layers.ts'
import { type ServerProcess, startServer } from './server-process.ts'

export interface TwoWorkersOptions {
  app: AppFolder
  scenario: Scenario
  effort: Pick<Effort, 'stretchMs' | 'users' | 'seed'>
  databaseUrl: string
  /** The database server's process. */
  databasePid: number | null
  /** Where its other data lives. */
  folder: string
}

/** What two processes of an application did on one port, with Redis, and the generator on the same cores. */
export interface TwoWorkers {
  requestsPerSecond: number
  errors: number
  /** Per CPU second of the workers and of what was started with them, Redis included; null where it cannot be read. */
  requestsPerCpuSecond: number | null
  /** Share of the lookups that the HTTP cache answered; null where it was not asked. */
  hit: number | null
  /** The generator had no capacity left: the rate is a lower bound. */
  generatorLimited: boolean
  /** Share of the machine that was busy with other work meanwhile; null where it cannot be read. */
  others: number | null
}

const workers = 2
/** The first two warm the code; those after them go on until nearly everything is answered from the cache. */
const fewestStretches = 3
const mostStretches = 8
/** A miss takes its connection off the socket fast path for good, so that even few of them would count. */
const warmHit = 0.999

/**
 * Drives two workers in stretches until they are warm: it is told by the hits, not by the time, which a busy machine
 * makes meaningless. The last stretch counts.
 */
export async function measureTwoWorkers(options: TwoWorkersOptions): Promise<TwoWorkers> {
  const { app, databaseUrl } = options
  const folder = path.join(options.folder, 'workers')
  const server = await startServer(app, { layer: 'on', databaseUrl, folder, workers })
  try {
    for (let stretch = 1; ; stretch++) {
      const measured = await oneStretch(server, options)
      const isWarm = stretch >= fewestStretches && (measured.hit ?? 1) >= warmHit
      if (isWarm || stretch === mostStretches) return measured
    }
  } finally {
    await server.stop()
  }
}

async function oneStretch(server: ServerProcess, options: TwoWorkersOptions): Promise<TwoWorkers> {
  const { scenario, effort, databasePid } = options
  const { stretchMs: duration, users, seed } = effort
  const pids = databasePid === null ? [server.pid] : [server.pid, databasePid]
  const look = async () => ({
    lookups: lookupsOn(await (await fetch(server.origin + paths.metrics)).text()),
    cpuSeconds: treeCpuSeconds(server.pid),
    machine: machineUse(pids),
  })
  const before = await look()
  const run = await runLoad({
    scenarios: scenario,
    origin: server.origin,
    seed,
    model: 'closed',
    users,
    duration,
  })
  const after = await look()
  const asked = after.lookups.all - before.lookups.all
  const used =
    before.cpuSeconds === null || after.cpuSeconds === null ? null : after.cpuSeconds - before.cpuSeconds
  return {
    requestsPerSecond: run.achievedRate,
    errors: run.errors,
    requestsPerCpuSecond: used === null || used === 0 ? null : run.requests / used,
    hit: asked === 0 ? null : (after.lookups.hits - before.lookups.hits) / asked,
    generatorLimited: run.generatorLimited,
    others: usedByOthers(before.machine, after.machine, os.cpus().length),
  }
}

/** What the HTTP cache of all workers was asked and answered, as their metrics page has it. */
export function lookupsOn(page: string): { hits: number; all: number } {
  const count = (name: string) =>
    Number(new RegExp(`^hotpath_http_cache_${name}_total (\\S+)$`, 'm').exec(page)?.[1] ?? 0)
  const hits = count('hits') + count('stale_hits') + count('collapsed')
  return { hits, all: hits + count('misses') }
}

/** Below this, other work is noise. */
const noisyOthers = 0.05

/** What is said of it, and how many such cores a rate of a fleet would take. */
export function twoWorkersNote(
  { requestsPerSecond, errors, requestsPerCpuSecond, hit, generatorLimited, others }: TwoWorkers,
  { fleetRate, how }: { fleetRate: number; how: string },
): string {
  const count = (value: number) => Math.round(value).toLocaleString('en-US')
  const share = (value: number) => `${Math.floor(value * 1000) / 10}%`
  const served = [
    `Two workers${how} on one port, Redis between them and the generator on the same cores: `,
    `${generatorLimited ? 'at least ' : ''}${count(requestsPerSecond)} requests/s, ${count(errors)} errors`,
    hit === null ? '' : `, ${share(hit)} of them answered from the cache`,
  ].join('')
  const cores = requestsPerCpuSecond === null ? 0 : Math.ceil(fleetRate / requestsPerCpuSecond)
  const forecast =
    requestsPerCpuSecond === null
      ? '; their CPU time cannot be read here.'
      : `; ${count(requestsPerCpuSecond)} per CPU-second of the workers, Redis included, so ${count(fleetRate)}/s are forecast from ${cores} such ${cores === 1 ? 'core' : 'cores'}.`
  const shared =
    others === null || others < noisyOthers
      ? ''
      : ` Other work took ${share(others)} of the machine meanwhile: alone they serve more.`
  return served + forecast + shared
}
