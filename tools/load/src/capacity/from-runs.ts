import { errors } from '../errors.ts'
import type { ServerSide, ServerSlice } from '../observe/server-side.ts'
import type { RunResult } from '../record/result.ts'
import type { Measured, MeasuredRun, MeasuredSlice, ResourceName } from './measured.ts'

/** What is read of a stored run. */
export type StoredRun = Pick<RunResult, 'verdict' | 'achievedRate' | 'responseMs' | 'errors' | 'requests'> & {
  server?: ServerSide
  target?: Pick<RunResult['target'], 'users'>
}

/** Fewer slices of a run say too little. */
const fewestSlices = 3

/**
 * The measurements that stored runs hold.
 * @throws HP_CAPACITY_INPUT when one was not watched, is not VALID, or is of another server
 */
export function measuredFrom(files: readonly { file: string; run: StoredRun }[]): Measured {
  const sides = files.map(({ file, run }) => checked(file, run))
  const endpoints = [...new Set(sides.flatMap(({ routes }) => routes.map(({ name }) => name)))]
  const [first] = sides
  for (const [index, { processes, cores, poolSize }] of sides.entries()) {
    if (processes === first!.processes && cores === first!.cores && poolSize === first!.poolSize) continue
    throw errors.HP_CAPACITY_INPUT({
      file: files[index]!.file,
      problem: `it is of ${processes} processes with ${poolSize ?? 'no'} connections, ${files[0]!.file} of ${first!.processes} with ${first!.poolSize ?? 'no'}`,
    })
  }
  return {
    endpoints,
    runs: sides.map((side, index) => measuredRun(files[index]!.run, side, endpoints)),
    capacity: capacityOf(sides),
  }
}

function checked(file: string, { verdict, server }: StoredRun): ServerSide {
  const fail = (problem: string) => errors.HP_CAPACITY_INPUT({ file, problem })
  if (verdict !== 'VALID') throw fail(`the run is ${verdict} and proves nothing; measure it anew`)
  if (server === undefined) throw fail('the run was not watched at the server (--observe)')
  if (server.source !== 'hotpath') throw fail('of the server only CPU and memory were seen, and no requests')
  if (server.samples.length < fewestSlices) {
    throw fail(`it holds ${server.samples.length} slices of the server, and needs ${fewestSlices}`)
  }
  return server
}

function measuredRun(run: StoredRun, side: ServerSide, endpoints: readonly string[]): MeasuredRun {
  const rates = new Map(side.routes.map(({ name, rates }) => [name, rates]))
  return {
    rate: run.achievedRate,
    p50Ms: run.responseMs.p50,
    p95Ms: run.responseMs.p95,
    p99Ms: run.responseMs.p99,
    failedShare: run.requests > 0 ? run.errors / run.requests : 0,
    slices: side.samples.map((slice, index): MeasuredSlice => ({
      rates: endpoints.map((name) => rates.get(name)?.[index] ?? 0),
      used: Object.fromEntries(
        Object.entries(uses).flatMap(([resource, pick]) => {
          const value = pick(slice)
          return value === null ? [] : [[resource, value]]
        }),
      ),
    })),
  }
}

const uses: Record<ResourceName, (slice: ServerSlice) => number | null> = {
  'event loop': ({ loopCpu }) => loopCpu,
  'process CPU': ({ cpu }) => cpu,
  'database CPU': ({ databaseCpu }) => databaseCpu,
  'shared CPU': ({ cpu, databaseCpu }) => (databaseCpu === null ? null : cpu + databaseCpu),
  'machine CPU': ({ machineCpu }) => machineCpu,
  pool: ({ poolBusy }) => poolBusy,
}

/** A database that is seen runs on the same machine, and so has its cores at most. */
function capacityOf([first]: readonly ServerSide[]): Measured['capacity'] {
  const { processes, cores, machineCores, poolSize } = first!
  return {
    'event loop': processes,
    'process CPU': cores,
    'database CPU': cores,
    'shared CPU': cores,
    'machine CPU': machineCores,
    ...(poolSize !== null && { pool: poolSize }),
  }
}
