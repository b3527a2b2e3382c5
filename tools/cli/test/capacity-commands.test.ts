import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { boundText } from '../src/capacity/print-bound.ts'
import { createProgram } from '../src/program.ts'
import { sidesOf } from '../src/what-if/changes.ts'
import { verdictOf } from '../src/what-if/rerun.ts'

function folder() {
  const made = mkdtempSync(path.join(os.tmpdir(), 'hotpath-capacity-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return {
    file: (name: string) => path.join(made, name),
    write(name: string, content: unknown): string {
      const file = path.join(made, name)
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
      return file
    },
  }
}

/** Runs the command; its answer is the one JSON document on stdout. */
async function hotpath(...args: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
  let code = -1
  let out = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  try {
    await createProgram((exit) => (code = exit)).parseAsync(['node', 'hotpath', ...args, '--json'])
  } finally {
    write.mockRestore()
  }
  return { code, answer: JSON.parse(out) as Record<string, unknown> }
}

/** A watched run against one process that takes 2 ms of its event loop for a request. */
function watched(rate: number) {
  const samples = Array.from({ length: 6 }, (_, index) => ({
    atMs: 1_000 * index,
    cpu: 0.05 + rate * 0.0025,
    loopCpu: 0.02 + rate * 0.002 + index / 1_000,
    databaseCpu: rate * 0.001,
    machineCpu: null,
    poolBusy: rate * 0.003,
    rssBytes: 200 * 2 ** 20,
  }))
  const ms = (2 * Math.log(20)) / (1 - rate * 0.002)
  return {
    verdict: 'VALID',
    achievedRate: rate,
    requests: 6 * rate,
    errors: 0,
    responseMs: { p50: ms / 4, p95: ms, p99: 1.5 * ms },
    server: {
      source: 'hotpath',
      processes: 1,
      cores: 2,
      machineCores: 2,
      poolSize: 10,
      samples,
      routes: [{ name: 'GET /a', rates: samples.map(() => rate) }],
    },
  }
}

test('points give a prediction with bounds, or a refusal with its reason', async () => {
  const { write } = folder()
  const file = write('points.json', { points: [1, 2, 4, 8].map((load) => ({ load, throughput: 90 * load })) })
  const inside = await hotpath('capacity', 'fit', file, '--at', '12')
  expect(inside.code).toBe(0)
  const { value, low, high } = inside.answer.prediction as { value: number; low: number; high: number }
  expect(low).toBeLessThan(value)
  expect(value).toBeLessThan(high)
  expect(value).toBeGreaterThan(900)
  const outside = await hotpath('capacity', 'fit', file, '--at', '17')
  expect(outside).toMatchObject({ code: 2, answer: { refused: expect.stringContaining('2 × 8') as string } })
})

test.each([
  ['{', 'no JSON'],
  ['[1]', 'no result'],
  ['{"points":[{"load":0,"throughput":1},{"load":2,"throughput":1}]}', 'point 1'],
  ['{"points":[{"load":2,"throughput":1},{"load":2,"throughput":1}]}', 'two different loads'],
  ['{"verdict":"INVALID","responseMs":{}}', 'INVALID'],
])('a file that says nothing of capacity is refused: %s', async (content, problem) => {
  const file = folder().write('bad.json', content)
  await expect(hotpath('capacity', 'fit', file)).rejects.toThrow(problem)
})

test('from watched runs to a plan, its manifest, and a day in the life of it', async () => {
  const { file, write } = folder()
  const runs = [60, 120, 180, 240].map((rate) => write(`run-${rate}.json`, watched(rate)))
  const fit = await hotpath('capacity', 'fit', ...runs, '--budget', 'p95 < 50ms')
  expect(fit).toMatchObject({ code: 0, answer: { kind: 'runs', bottleneck: 'event loop' } })

  const prices = write('prices.yaml', 'cpuHour: 0.05\nmonthly: { database: 500 }\n')
  const trace = write('traffic.csv', 'time,rate\n0,100\n1800,1000\n3600,100\n')
  const [hpa, plan, svg] = [file('hpa.yaml'), file('plan.json'), file('plan.svg')]
  const options = [
    '--budget',
    'p95 < 50ms',
    '--prices',
    prices,
    '--trace',
    trace,
    '--max-connections',
    '500',
    '--cores',
    '2',
  ]
  const planned = await hotpath(
    'capacity',
    'plan',
    ...runs,
    '--peak',
    '3000',
    ...options,
    '--emit',
    hpa,
    '--out',
    plan,
    '--svg',
    svg,
  )
  expect(planned.code).toBe(0)
  const { replicas, cost } = planned.answer as { replicas: number; cost: { total: number } }
  expect(replicas).toBeGreaterThanOrEqual(9)
  expect(replicas).toBeLessThanOrEqual(13)
  expect(cost.total).toBeGreaterThan(500)
  expect(readFileSync(hpa, 'utf8')).toContain('apiVersion: autoscaling/v2')
  expect(readFileSync(svg, 'utf8')).toContain('</svg>')

  const simulated = await hotpath('capacity', 'simulate', hpa, '--trace', trace, '--plan', plan)
  expect(simulated.answer).toMatchObject({ flaps: 0, hours: expect.closeTo(1, 2) as number })
})

test('a plan beyond twice the measured rate is refused with its reason, and says what was measured all the same', async () => {
  const { file, write } = folder()
  const runs = [30, 60, 90].map((rate) => write(`run-${rate}.json`, watched(rate)))
  const failing = write('failing.json', { ...watched(100), errors: 30 })
  const hpa = file('hpa.yaml')
  const plan = ['--peak', '1000', '--budget', 'p95 < 50ms', '--emit', hpa]
  const refused = await hotpath('capacity', 'plan', ...runs, failing, ...plan)
  expect(refused).toMatchObject({
    code: 2,
    // 1,300/s with headroom, by pods of the 90/s that held: what failed was not carried.
    answer: {
      refused: expect.stringContaining('more than 2 × 100') as string,
      known: { ratePerPod: 90, mostPods: 16 },
    },
  })
  const { measureAt } = (refused.answer as { known: { measureAt: number } }).known
  expect(existsSync(hpa)).toBe(false)
  // What it asks for is enough.
  const further = write('further.json', watched(Math.ceil(measureAt)))
  const planned = await hotpath('capacity', 'plan', ...runs, further, ...plan, '--cores', '2', '--pool', '5')
  expect(planned.code).toBe(0)
  expect(existsSync(hpa)).toBe(true)

  const slow = [30, 60, 90].map((rate) => write(`slow-${rate}.json`, watched(rate)))
  const never = await hotpath('capacity', 'plan', ...slow, '--peak', '1000', '--budget', 'p95 < 1ms')
  expect(never).toMatchObject({ code: 2, answer: { known: null } })
})

test('a path that cannot be written is found before anything is planned, and nothing is left of one that is not used', async () => {
  const { file, write } = folder()
  const runs = [60, 120, 180, 240].map((rate) => write(`run-${rate}.json`, watched(rate)))
  const nowhere = file('no/such/folder.yaml')
  for (const option of ['--emit', '--svg', '--out']) {
    const plan = hotpath('capacity', 'plan', ...runs, '--peak', '500', option, nowhere)
    await expect(plan).rejects.toThrow(/Cannot write .*ENOENT/)
  }
  const out = file('plan.json')
  await hotpath('capacity', 'plan', runs[0]!, '--peak', '500', '--out', out)
  expect(existsSync(out)).toBe(false)
})

test('from one rate no demand is made up: the refusal asks for more rates', async () => {
  const run = folder().write('run.json', watched(100))
  const { code, answer } = await hotpath('capacity', 'plan', run, '--peak', '500')
  expect(code).toBe(2)
  expect(answer.refused).toContain('at three rates or more')
  expect(answer.known).toMatchObject({ ratePerPod: 100 })
})

test('a simulation says what is missing: the manifest, or a plan', async () => {
  const { file, write } = folder()
  const trace = write('traffic.csv', 'time,rate\n0,1\n60,2\n')
  const run = write('run.json', watched(60))
  const hpa = write(
    'hpa.yaml',
    'kind: HorizontalPodAutoscaler\nspec:\n  maxReplicas: 2\n  metrics:\n    - type: Resource\n      resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } }\n',
  )
  const simulate = (manifest: string) =>
    hotpath('capacity', 'simulate', manifest, '--trace', trace, '--plan', run)
  await expect(simulate(hpa)).rejects.toThrow(/it is no plan; `hotpath capacity plan/)
  await expect(simulate(file('none.yaml'))).rejects.toThrow(/there is no such file/)
})

test('what is known without a plan is said in words, with what to do next', () => {
  const wanted = { budget: 'p95 < 50ms', peak: 1_000 }
  const text = boundText({ ratePerPod: 90, mostPods: 16, measureAt: 210.4 }, wanted)
  expect(text).toMatch(/at least 90\/s within p95 < 50ms.*peak of 1,000\/s takes 16 pods at most/)
  expect(text).toContain('--rate 211')
  expect(boundText(null, wanted)).toContain('at lower')
})

test('a change is confirmed by its interval alone, and refuted where it cannot matter', () => {
  const interval = (low: number, estimate: number, high: number) => ({
    low,
    estimate,
    high,
    confidence: 0.95,
  })
  expect(verdictOf(interval(0.4, 0.5, 0.7))).toBe('confirmed')
  expect(verdictOf(interval(0.4, 0.8, 1.1))).toBe('inconclusive')
  expect(verdictOf(interval(-Infinity, 0.5, Infinity))).toBe('inconclusive')
  expect(verdictOf(interval(0.97, 1, 1.05))).toBe('refuted')
})

test('one thing is changed at a time', () => {
  expect(sidesOf('pool', 4)).toMatchObject({
    before: { layer: 'on', poolSize: 4 },
    after: { layer: 'on', poolSize: 8 },
  })
  expect(sidesOf('cache', 4)).toMatchObject({
    before: { layer: 'off', poolSize: 4 },
    after: { layer: 'on', poolSize: 4 },
  })
})

test('a declared deployment is refused beyond what was measured, and judged with runs of several processes', async () => {
  const { file, write } = folder()
  const runs = [60, 120, 180, 240].map((rate) => write(`run-${rate}.json`, watched(rate)))
  const scale = write('scale.json', {
    points: [1, 2, 4, 8].map((load) => ({ load, throughput: 480 * load * (1 - 0.002 * load) })),
  })
  write('prices.json', { cpuHour: 0.03, database: { cpuHour: 0.05 }, monthly: { CDN: 50 } })
  const node = { cores: 8, memoryGiB: 32, maxConnections: 400 }
  const deployment = write('plan.json', {
    name: 'shop',
    load: { users: 10_000, requestsPerUser: 0.2 },
    budget: 'p95 < 50ms',
    instances: { least: 2, most: 6, cores: 2, memoryGiB: 4, poolSize: 10 },
    primary: node,
    replicas: { ...node, least: 0, most: 2 },
    prices: 'prices.json',
    monthlyCost: { least: 100, most: 2_000 },
  })
  const plan = (...more: string[]) =>
    hotpath('capacity', 'plan', ...runs, '--deployment', deployment, ...more)
  expect(await plan()).toMatchObject({
    code: 2,
    answer: { verdict: 'REFUSED', reasons: [expect.stringContaining('more than 2 × 240')] },
  })
  const [hpa, svg] = [file('hpa.yaml'), file('plan.svg')]
  const judged = await plan('--emit', hpa, '--svg', svg, '--replicas', scale)
  expect(judged).toMatchObject({ code: 0, answer: { verdict: 'CARRIES', cost: { judgement: 'inside' } } })
  expect(readFileSync(hpa, 'utf8')).toMatch(/minReplicas: 2\n\s+maxReplicas: 6/)
  expect(readFileSync(svg, 'utf8')).toContain('CPU of the primary')
  await expect(plan('--peak', '100')).rejects.toThrow(/--peak/)
  await expect(hotpath('capacity', 'plan', ...runs, '--deployment', 'no such')).rejects.toThrow(/no such/)
})
