import { type Duration, median } from '@hotpath/core'
import { type ObservedRun, runLoad, type Scenario } from '@hotpath/load'
import {
  checkDeployment,
  type Deployment,
  type DeploymentCheck,
  type DeploymentCost,
  deploymentCost,
  fitCapacity,
  fitProcesses,
  type Forecast,
  hoursPerMonth,
  type Measured,
  measuredFrom,
  processPoints,
  type ProcessScaling,
  readPrices,
} from '@hotpath/load/capacity'
import { startPostgres } from '@hotpath/postgres/local'
import { readFileSync } from 'node:fs'
import { type CivicQ, type Configuration, pin, startCivicQ } from './civicq.ts'
import { scaleCpu } from './core-speed.ts'
import type { KneeOptions } from './knees.ts'
import { promised, searchKnee, warmUp } from './search.ts'
import { believable, trainAt, type Trained, trainedBelow } from './training.ts'
import { voterMix } from './voter-mix.ts'

type Files = { file: string; run: ObservedRun }[]

/** CivicQ in one process, in two and more, beside what its plan says of them. */
export interface PodsOutcome {
  /** Highest rates, found and forecast from the runs of one process. */
  knees: { processes: number; found: number; forecast: { prediction: Forecast } | { refused: string } }[]
  scaling: ProcessScaling
  check: DeploymentCheck
  cost: DeploymentCost
}

const configuration: Configuration = { cache: 'on', poolSize: 8, scale: 0.5 }
/** Those whose knee is found, and those whose work is compared. */
const found: readonly number[] = [1, 2]
const compared = [1, 2, 4, 8] as const
/** Shares of one process' knee at which it is trained, in an order in which no slow phase passes for high rates. */
const trainedAt = [0.48, 0.2, 0.57, 0.3, 0.39] as const
/**
 * Shares of it that each process has where several are compared. The same for each, however many there are: a process
 * that has less to do does less at a time, and takes more CPU for each request. Several times: few requests are noisy.
 */
const comparedAt = [0.07, 0.02, 0.05, 0.07, 0.02, 0.05] as const
/**
 * Users of CivicQ's five kinds, who read between their requests: so many at first, then as many as use these shares of
 * the core, by the run before. An instance has its database elsewhere and carries more than the core that both share
 * here, which may be slowed besides: a forecast reaches to twice of what was measured.
 */
const firstUsers = 200
const usedShares = [0.4, 0.6, 0.8] as const
/** More users than the run before suggests: the more there are, the less each of their requests takes. */
const nearly = 0.85
const attempts = 4
const mostUsers = 4_000
/** A run begins with everybody's password, which takes some 30 ms of the core to check, however many the others leave. */
const passwordMs = 50

interface FleetOptions extends KneeOptions {
  databaseUrl: string
  scenarios: Scenario
}

/**
 * Finds the knees of one and of two processes, compares the work of up to eight, and holds CivicQ's plan against it. All
 * are measured in turn, again and again: a machine's phases, minutes long, then pass for each of them alike.
 */
export async function measurePods(options: KneeOptions): Promise<PodsOutcome> {
  const postgres = await startPostgres({ settings: { max_connections: 200 } })
  try {
    pin(postgres)
    const fleetOptions = { ...options, databaseUrl: postgres.url, scenarios: await voterMix() }
    const { knees, trained } = await findKnees(fleetOptions)
    const { scaling, users } = await compareFleets({ ...fleetOptions, knee: knees[0]!.rate })
    return {
      knees: knees.map(({ processes, rate }) => ({
        processes,
        found: rate,
        forecast: kneeOfProcesses(trained, processes, scaling),
      })),
      scaling,
      ...(await holdPlan(users, scaling)),
    }
  } finally {
    await postgres.stop()
  }
}

function startFleet(processes: number, { databaseUrl, progress }: FleetOptions): Promise<CivicQ> {
  progress(`${processes} of CivicQ's processes: warming up`)
  return startCivicQ({ ...configuration, processes }, databaseUrl)
}

/**
 * Of as many the median counts: a neighbour on a shared machine makes one search say anything, and code that is compiled
 * as it runs comes out otherwise in each process. So each is of processes of its own.
 */
const searches = 5

/** Searches that of one process and that of two in turn, and trains the one at shares of what was found so far. */
async function findKnees(options: FleetOptions) {
  const knees = found.map((processes) => ({ processes, rates: [] as number[] }))
  const runs: Trained[] = []
  for (let round = 0; round < (options.quick ? 1 : searches); round++) {
    for (const { processes, rates } of knees) {
      await using civicq = await startFleet(processes, options)
      const warm = await warmUp(civicq, options)
      const begun = performance.now()
      const rate = await searchKnee(civicq, { ...options, warm })
      const speed = percent(options.coreSpeed.since(begun))
      options.progress(`${processes} of CivicQ's processes: knee at ${rate.toFixed(0)}/s, core at ${speed}`)
      rates.push(rate)
      if (processes > 1) continue
      const trains = trainedAt.map((share) => share * median(rates))
      runs.push(...(await trainAt(civicq, { ...options, rates: trains, seed: runs.length + 1 })))
    }
  }
  return {
    knees: knees.map(({ processes, rates }) => ({ processes, rate: median(rates) })),
    trained: trainedBelow(runs, median(knees[0]!.rates)),
  }
}

interface CompareOptions extends FleetOptions {
  /** Of one process. */
  knee: number
}

/** What a request takes of one process beside several, and of one process what users take. All are halted but one. */
async function compareFleets(options: CompareOptions): Promise<{ scaling: ProcessScaling; users: Files }> {
  await using cleanup = new AsyncDisposableStack()
  const fleets: CivicQ[] = []
  for (const processes of compared) {
    const civicq = cleanup.use(await startFleet(processes, options))
    await warmUp(civicq, options)
    civicq.halt()
    fleets.push(civicq)
  }
  const scaling = fitProcesses(processPoints(await runsOfFleets(fleets, options)), 'what was measured')
  const one = fleets[0]!
  return { scaling, users: await inTurn(one, () => runsOfUsers(one, options)) }
}

async function inTurn<Result>(civicq: CivicQ, measure: () => Promise<Result>): Promise<Result> {
  await civicq.resume()
  try {
    return await measure()
  } finally {
    civicq.halt()
  }
}

/** Drives each fleet at shares of its processes' knee. */
async function runsOfFleets(
  fleets: readonly CivicQ[],
  { knee, ...options }: CompareOptions,
): Promise<Trained[]> {
  const scales: Trained[] = []
  const leftOut = new Set<number>()
  for (const share of comparedAt) {
    for (const civicq of fleets) {
      const { processes } = civicq
      if (leftOut.has(processes)) continue
      options.progress(`${processes} of CivicQ's processes: what a request takes`)
      const rates = [processes * share * knee]
      const drive = () => trainAt(civicq, { ...options, rates, seed: scales.length + 1 })
      // Of many processes the host of a shared machine may let none be measured; fewer say as much, less surely.
      const leaveOut = (error: unknown): Trained[] => {
        if (found.includes(processes)) throw error
        options.progress(`left out: ${(error as Error).message}`)
        leftOut.add(processes)
        return []
      }
      scales.push(...(await inTurn(civicq, drive).catch(leaveOut)))
    }
  }
  return scales.filter(({ run }) => !leftOut.has(run.server.processes))
}

/** As the plan means them: sessions of all kinds, by their weights. */
async function runsOfUsers({ origin }: CivicQ, { quick, coreSpeed, progress }: KneeOptions): Promise<Files> {
  const { scenarios } = (await import(`${civicqFolder.href}scenarios.ts`)) as {
    scenarios: Record<string, Scenario>
  }
  const { 'read-mix': _, ...kinds } = scenarios
  const load = { scenarios: Object.values(kinds), origin, model: 'closed' } as const
  /** With the share of the core that they used, whatever its speed. */
  const drive = async (wanted: number, duration: Duration) => {
    const users = Math.min(mostUsers, Math.ceil(wanted))
    // Users all begin at once: the warm-up lets them come apart, and lasts until all are signed in.
    const warmup = 4_000 + passwordMs * users
    let used = Number.NaN
    const scale = (run: ObservedRun, speed: number) => {
      used = shareUsed(run)
      return scaleCpu(run, speed)
    }
    const start = () => runLoad({ ...load, users, connections: users, warmup, duration })
    const run = await believable(start, { origin, coreSpeed, scale })
    return { run, users, used }
  }
  const files: Files = []
  let last = await drive(firstUsers, '5s')
  for (const share of usedShares) {
    for (let attempt = 0; attempt < attempts; attempt++) {
      last = await drive((last.users * share) / last.used, quick ? '5s' : '12s')
      progress(`${last.users} users: ${percent(last.used)} of the core, wanted ${percent(share)}`)
      if (last.used >= nearly * share) break
    }
    files.push({ file: `${last.users} users`, run: last.run })
  }
  return files
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`

/** Of the core that application and database share, on average. */
function shareUsed({ server: { samples } }: ObservedRun): number {
  return samples.reduce((sum, { cpu, databaseCpu }) => sum + cpu + (databaseCpu ?? 0), 0) / samples.length
}

/**
 * With as many event loops and pools; they share the core that one has alone here. What one does beside requests each of
 * them does, and that is not left for requests; and each request takes more the more of them there are.
 */
function kneeOfProcesses(trained: Files, processes: number, { efficiency }: ProcessScaling) {
  const measured = measuredFrom(trained)
  const { capacity } = measured
  const share = efficiency(processes).value
  const { demands } = fitCapacity(measured, promised)
  const ofProcesses: Measured['capacity'] = { 'event loop': processes * share }
  for (const cpu of ['process CPU', 'shared CPU', 'machine CPU'] as const) {
    const own = demands.find(({ resource }) => resource === cpu)
    if (own) ofProcesses[cpu] = own.capacity * share - (processes - 1) * own.base
  }
  if (capacity.pool !== undefined) ofProcesses.pool = capacity.pool * processes
  return fitCapacity({ ...measured, capacity: { ...capacity, ...ofProcesses } }, promised).knee
}

const civicqFolder = new URL('../../../apps/civicq/', import.meta.url)

async function holdPlan(users: Files, scaling: ProcessScaling) {
  const { deployment } = (await import(`${civicqFolder.href}plan.ts`)) as { deployment: Deployment }
  const check = checkDeployment(deployment, { files: users, scaling, quantile: 0.95, withinMs: 500 })
  const prices = readPrices(
    readFileSync(new URL(deployment.prices!, civicqFolder), 'utf8'),
    deployment.prices!,
  )
  const cost = deploymentCost(prices, deployment, {
    instanceHours: hoursPerMonth * (check.instances ?? deployment.instances.most),
    replicas: check.replicas?.needed ?? deployment.replicas!.most,
  })
  return { check, cost }
}
