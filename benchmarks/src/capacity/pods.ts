import { type Duration, median } from '@hotpath/core'
import { type ObservedRun, runLoad, type RunResult, type Scenario } from '@hotpath/load'
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
import { scaleCpu, scaleTime } from './core-speed.ts'
import { believable, type KneeOptions } from './knees.ts'
import { driven, promised, searchKnee, warmUp } from './search.ts'
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
const found = new Set<number>([1, 2])
const compared = [1, 2, 4, 8] as const
/** Shares of one process' knee at which it is trained. */
const trainedAt = [0.2, 0.3, 0.4, 0.5, 0.6] as const
/**
 * Shares of it that each process has where several are compared. The same for each, however many there are: a process
 * that has less to do does less at a time, and takes more CPU for each request.
 */
const comparedAt = [0.02, 0.07] as const
/**
 * Users of CivicQ's five kinds, who read between their requests: so many at first, then as many as use these shares of
 * the core, by the run before. An instance has its database elsewhere and carries more than the core that both share
 * here: a forecast reaches to twice of what was measured.
 */
const firstUsers = 200
const usedShares = [0.35, 0.5, 0.65] as const
const mostUsers = 4_000
/** A run begins with everybody's password, which takes some 30 ms of the core to check, however many the others leave. */
const passwordMs = 50

/** Finds the knees of one and of two processes, compares the work of up to eight, and holds CivicQ's plan against it. */
export async function measurePods(options: KneeOptions): Promise<PodsOutcome> {
  const { progress } = options
  const mix = await voterMix()
  await using cleanup = new AsyncDisposableStack()
  const postgres = await startPostgres({ settings: { max_connections: 100 } })
  cleanup.defer(() => postgres.stop())
  pin(postgres)
  const open = (processes: number) => startCivicQ({ ...configuration, processes }, postgres.url)

  const knees: { processes: number; rate: number }[] = []
  let trained: Files = []
  let users: Files = []
  const scales: Files = []
  for (const processes of compared) {
    await using civicq = await open(processes)
    progress(`${processes} of CivicQ's processes: warming up`)
    const warm = await warmUp(civicq, { ...options, scenarios: mix })
    if (found.has(processes)) {
      progress(`${processes} of CivicQ's processes: searching the knee`)
      knees.push({ processes, rate: await kneeOf(civicq, mix, { ...options, warm }) })
    }
    progress(`${processes} of CivicQ's processes: what a request takes`)
    const ratesOf = (shares: readonly number[]) => shares.map((share) => share * knees[0]!.rate)
    const rates = ratesOf(comparedAt).map((rate) => processes * rate)
    const ofScale = runsAt(civicq, mix, { ...options, rates })
    // Of many processes the host of a shared machine may let none be measured; fewer say as much, less surely.
    const leaveOut = (error: unknown): Files => {
      if (found.has(processes)) throw error
      progress(`left out: ${(error as Error).message}`)
      return []
    }
    scales.push(...(await ofScale.catch(leaveOut)))
    if (processes > 1) continue
    trained = await runsAt(civicq, mix, { ...options, rates: ratesOf(trainedAt) })
    users = await runsOfUsers(civicq, options)
  }
  const scaling = fitProcesses(processPoints(scales), 'what was measured')
  return {
    knees: knees.map(({ processes, rate }) => ({
      processes,
      found: rate,
      forecast: kneeOfProcesses(trained, processes, scaling),
    })),
    scaling,
    ...(await holdPlan(users, scaling)),
  }
}

/** Of as many searches the median counts: a neighbour on a shared machine makes one of them say anything. */
const searches = 3

async function kneeOf(
  civicq: CivicQ,
  scenarios: Scenario,
  options: KneeOptions & { warm: RunResult },
): Promise<number> {
  const rates: number[] = []
  const search = async () => {
    const { verdict, rate, reasons } = await searchKnee(civicq, { ...options, scenarios })
    if (verdict !== 'FOUND') throw new Error(`the search is ${verdict}: ${reasons.join(' ')}`)
    rates.push(rate)
  }
  for (let count = 0; count < (options.quick ? 1 : searches); count++) await search().catch(search)
  options.progress(`found ${rates.map((rate) => rate.toFixed(0)).join(', ')}/s`)
  return median(rates)
}

async function runsAt(
  { origin }: CivicQ,
  scenarios: Scenario,
  { quick, rates, coreSpeed }: KneeOptions & { rates: readonly number[] },
): Promise<Files> {
  const files: Files = []
  for (const [index, rate] of rates.entries()) {
    const load = { scenarios, origin, ...driven, seed: index + 1 }
    const run = (speed: number) => runLoad({ ...load, rate: rate * speed, duration: quick ? '4s' : '6s' })
    const watch = { origin, coreSpeed, scale: scaleTime }
    files.push({ file: `at ${rate.toFixed(0)}/s`, run: await believable(run, watch) })
  }
  return files
}

/** As the plan means them: sessions of all kinds, by their weights. */
async function runsOfUsers({ origin }: CivicQ, { quick, coreSpeed }: KneeOptions): Promise<Files> {
  const { scenarios } = (await import(`${civicqFolder.href}scenarios.ts`)) as {
    scenarios: Record<string, Scenario>
  }
  const { 'read-mix': _, ...kinds } = scenarios
  const load = { scenarios: Object.values(kinds), origin, model: 'closed' } as const
  const drive = (wanted: number, duration: Duration): Promise<ObservedRun> => {
    const run = (speed: number) => {
      // As much fewer as the core is slower: they use the same share of it.
      const users = Math.min(mostUsers, Math.ceil(wanted * speed))
      // Users all begin at once: the warm-up lets them come apart, and lasts until all are signed in.
      return runLoad({ ...load, users, connections: users, warmup: 4_000 + passwordMs * users, duration })
    }
    return believable(run, { origin, coreSpeed, scale: scaleCpu })
  }
  const files: Files = []
  let run = await drive(firstUsers, '5s')
  for (const share of usedShares) {
    run = await drive((run.target.users! * share) / shareUsed(run), quick ? '5s' : '12s')
    files.push({ file: `${run.target.users} users`, run })
  }
  return files
}

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
