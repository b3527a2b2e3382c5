import { expect, test } from 'vitest'
import { checkDeployment } from '../../src/capacity/deployment/check.ts'
import { deploymentCost } from '../../src/capacity/deployment/cost.ts'
import { type Deployment, readDeployment } from '../../src/capacity/deployment/deployment.ts'
import { drawDeployment } from '../../src/capacity/deployment/picture.ts'
import { fitProcesses, processPoints } from '../../src/capacity/deployment/process-scaling.ts'
import type { StoredRun } from '../../src/capacity/from-runs.ts'
import { simulateHpa } from '../../src/capacity/hpa/simulate.ts'
import { readPrices } from '../../src/capacity/prices.ts'
import { createRandom } from '../../src/random/random.ts'

const deployment: Deployment = {
  name: 'shop',
  load: { users: 10_000, requestsPerUser: 0.2 },
  budget: 'p95 < 200ms',
  instances: { least: 4, most: 12, cores: 2, memoryGiB: 4, processes: 2, poolSize: 5 },
  primary: { cores: 4, memoryGiB: 16, maxConnections: 200 },
  replicas: { least: 1, most: 3, cores: 4, memoryGiB: 16, maxConnections: 200 },
  redis: { nodes: 3, memoryGiB: 8 },
  monthlyCost: { least: 1_000, most: 3_000 },
}
const promise = { quantile: 0.95, withinMs: 200 } as const

/** A watched run of users: reads take 4 ms of an event loop and 1.5 ms of the database, writes 8 ms and 4 ms. */
function run(rate: number, { processes = 1, loss = 0, scatter = 0.01 } = {}): StoredRun {
  const random = createRandom(rate, processes)
  const dearer = 1 + loss * (processes - 1)
  const slices = Array.from({ length: 8 }, (_, index) => {
    const reads = rate * random.between(0.85, 0.95)
    const writes = rate - reads
    const noise = random.between(1 - scatter, 1 + scatter)
    const loopCpu = 0.02 * processes + (0.004 * reads + 0.008 * writes) * dearer * noise
    return {
      reads,
      writes,
      slice: {
        atMs: 1_000 * index,
        cpu: 1.1 * loopCpu,
        loopCpu,
        databaseCpu: (0.0015 * reads + 0.004 * writes) * noise,
        machineCpu: null,
        poolBusy: rate * 0.002,
        rssBytes: 300 * 2 ** 20 * processes,
      },
    }
  })
  const ms = (4.4 * Math.log(20)) / (1 - (rate * 0.0044) / processes)
  return {
    verdict: 'VALID',
    achievedRate: rate,
    requests: 8 * rate,
    errors: 0,
    target: { users: rate * 8 },
    responseMs: { p50: ms / 4, p90: ms / 1.3, p95: ms, p99: 1.5 * ms, max: 2 * ms, mean: ms / 3 },
    server: {
      source: 'hotpath',
      processes,
      cores: 2,
      machineCores: 2,
      poolSize: 5 * processes,
      samples: slices.map(({ slice }) => slice),
      routes: [
        { name: 'GET /items', rates: slices.map(({ reads }) => reads) },
        { name: 'POST /orders', rates: slices.map(({ writes }) => writes) },
      ],
    } as unknown as NonNullable<StoredRun['server']>,
  }
}

const files = [40, 80, 120, 150].map((rate) => ({ file: `${rate}.json`, run: run(rate) }))
const counts = [1, 2, 4, 8]
const scalingOf = (loss: number) =>
  fitProcesses(
    processPoints(
      counts.flatMap((processes) =>
        [60, 120].map((rate) => ({ file: `${processes}.json`, run: run(rate, { processes, loss }) })),
      ),
    ),
    'scale',
  )
const scaling = scalingOf(0.002)

test('few requests of each process, and noisy ones, tell what many processes cost each other', () => {
  const runs = counts.flatMap((processes) =>
    [5, 18].map((each) => ({
      file: `${processes}.json`,
      run: run(each * processes, { processes, loss: 0.02, scatter: 0.15 }),
    })),
  )
  const points = processPoints(runs)
  const one = points[0]!.throughput
  for (const { load, throughput } of points) {
    const share = throughput / (load * one)
    expect(Math.abs(share * (1 + 0.02 * (load - 1)) - 1)).toBeLessThan(0.12)
  }
})

test('a deployment carries its load where measured processes say so, with what ends first', () => {
  const check = checkDeployment(deployment, { ...promise, files, scaling })
  expect(check).toMatchObject({ verdict: 'CARRIES', load: { rate: 2_000 }, measured: { scaledTo: 8 } })
  // 2,600/s with headroom, some 215 of a process' 223 within the promise, less what many cost each other.
  expect(check.instances).toBeGreaterThanOrEqual(8)
  expect(check.instances).toBeLessThanOrEqual(11)
  const primary = check.resources.find(({ name }) => name === 'CPU of the primary')!
  expect(Math.abs(primary.used / (2_000 * 0.1 * 0.004) - 1)).toBeLessThan(0.15)
  expect(check.replicas).toMatchObject({ needed: 2, readShare: expect.closeTo(0.77, 1) as number })
  expect(check.resources[0]!.endsAt).toBe(
    Math.min(...check.resources.map(({ endsAt }) => endsAt ?? Infinity)),
  )
  expect(check.hpa).toMatchObject({ minReplicas: 4, maxReplicas: 12 })
})

test('a fleet whose processes hinder each other needs more, or falls short', () => {
  const check = checkDeployment(deployment, { ...promise, files, scaling: scalingOf(0.08) })
  expect(check.instances).toBeNull()
  expect(['FALLS SHORT', 'UNCERTAIN']).toContain(check.verdict)
  expect(check.carried!.value).toBeLessThan(2_000)
})

test('without runs of several processes nothing is said beyond twice the measured rate', () => {
  const refused = checkDeployment(deployment, { ...promise, files, scaling: null })
  expect(refused).toMatchObject({ verdict: 'REFUSED', instances: null, hpa: null })
  expect(refused.reasons[0]).toMatch(/more than 2 × 150/)
  const near = { ...deployment, load: { users: 1_400, requestsPerUser: 0.2 } }
  expect(checkDeployment(near, { ...promise, files, scaling: null }).verdict).toBe('CARRIES')
})

test('two processes alone leave open what twenty-four carry', () => {
  const [one, two] = scaling.points
  const check = checkDeployment(deployment, {
    ...promise,
    files,
    scaling: fitProcesses([one!, two!], 'scale'),
  })
  expect(check.verdict).toBe('UNCERTAIN')
  expect(check.carried!.low).toBeLessThan(0.7 * check.carried!.value)
})

test('where the mix never varies, a write counts as a read does; what the plan says counts more', () => {
  const even = files.map(({ file, run: { server, ...rest } }) => {
    const [reads, writes] = server!.routes.map(({ name, rates }) => ({
      name,
      rates: rates.map(() => rest.achievedRate * (name.startsWith('GET') ? 0.9 : 0.1)),
    }))
    return { file, run: { ...rest, server: { ...server!, routes: [reads!, writes!] } } }
  })
  const shareOf = (given: Deployment) =>
    checkDeployment(given, { ...promise, files: even, scaling }).replicas!.readShare
  expect(shareOf(deployment)).toBeCloseTo(0.9, 6)
  expect(shareOf({ ...deployment, readShare: 0.6 })).toBe(0.6)
})

test.each([
  ['connections to the primary', { primary: { ...deployment.primary, maxConnections: 100 } }],
  ['memory of an instance', { instances: { ...deployment.instances, memoryGiB: 0.5 } }],
  ['CPU of the primary', { primary: { ...deployment.primary, cores: 1 } }],
  ['CPU of a replica', { replicas: { ...deployment.replicas!, cores: 1 } }],
])('it falls short by %s', (name, change) => {
  const check = checkDeployment({ ...deployment, ...change }, { ...promise, files, scaling })
  expect(check.verdict).toBe('FALLS SHORT')
  expect(check.resources.filter(({ fits }) => !fits).map((row) => row.name)).toEqual([name])
})

test('what a user asks for is taken from runs of users', () => {
  const { verdict, load } = checkDeployment(
    { ...deployment, load: { users: 10_000 } },
    { ...promise, files, scaling },
  )
  expect(load).toMatchObject({ requestsPerUser: 0.125, rate: 1_250 })
  expect(verdict).toBe('CARRIES')
  const unknown = files.map(({ file, run }) => ({ file, run: { ...run, target: { users: null } } }))
  expect(() =>
    checkDeployment({ ...deployment, load: { users: 10_000 } }, { ...promise, files: unknown, scaling }),
  ).toThrow(/requestsPerUser/)
})

test('a month is the sum of its parts, and inside what it may cost or not', () => {
  const prices = readPrices(
    'cpuHour: 0.03\nmemoryGiBHour: 0.005\ndatabase: { cpuHour: 0.05, memoryGiBHour: 0.005 }\nredis: { memoryGiBHour: 0.02 }\nmonthly: { CDN: 100 }',
    'prices.yaml',
  )
  const cost = deploymentCost(prices, deployment, { instanceHours: 730 * 8, replicas: 2 })
  expect(cost.instances).toBeCloseTo(730 * 8 * (0.06 + 0.02), 6)
  expect(cost.database).toBeCloseTo(730 * 3 * (0.2 + 0.08), 6)
  expect(cost.redis).toBeCloseTo(730 * 24 * 0.02, 6)
  expect(cost.total).toBeCloseTo(cost.instances + cost.database + cost.redis + 100, 6)
  expect(cost.judgement).toBe('inside')
  const dear = deploymentCost(prices, deployment, { instanceHours: 730 * 60, replicas: 3 })
  expect(dear.judgement).toBe('above')
})

test('the picture needs nothing else, and takes no markup from a name', () => {
  const check = checkDeployment(deployment, { ...promise, files, scaling })
  const picture = drawDeployment(check, '<script>alert(1)</script>')
  expect(picture).not.toContain('<script')
  expect(picture).not.toMatch(/href=|url\(/)
  expect(picture.match(/<rect/g)).toHaveLength(check.resources.length)
})

test('an autoscaled fleet whose pods hinder each other keeps the promise for less of the time', () => {
  const { hpa, pod } = checkDeployment(deployment, { ...promise, files, scaling })
  const rates = Float64Array.from({ length: 1_800 }, (_, second) => 600 + second)
  const free = simulateHpa({ spec: hpa!, pod: pod!, rates })
  const hindered = simulateHpa({ spec: hpa!, pod: pod!, rates, efficiency: (pods) => 1 / (1 + 0.08 * pods) })
  expect(hindered.violationMinutes).toBeGreaterThan(free.violationMinutes)
})

test.each([
  [null, 'declares no deployment'],
  [{ ...deployment, load: { users: 0 } }, 'load.users is 0'],
  [{ ...deployment, instances: { ...deployment.instances, least: 30 } }, 'instances.least is 30'],
  [{ ...deployment, primary: { cores: 4 } }, 'primary.memoryGiB is missing'],
  [{ ...deployment, replica: {} }, 'not "replica"'],
  [{ ...deployment, budget: '' }, 'budget is no text'],
])('a declaration that is not one is refused: %#', (given, problem) => {
  expect(() => readDeployment(given, 'plan.json')).toThrow(problem)
  expect(readDeployment(deployment, 'plan.json')).toEqual(deployment)
})
