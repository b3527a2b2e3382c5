import { describe, expect, test } from 'vitest'
import { createRandom } from '@hotpath/load'
import { calibrate, compareRuns, compareSides, type Sample, type SideName } from '@hotpath/load/compare'
import { parseRuns, type StoredRun } from '@hotpath/load/history'

const base: Sample = {
  statementsPerRequest: 2,
  cpuMsPerRequest: 1,
  bytesPerRequest: 1000,
  errors: 0,
  p50: 10,
  p95: 20,
  p99: 40,
  mean: 12,
}
const noisy = new Set(['cpuMsPerRequest', 'p50', 'p95', 'p99', 'mean'])

/** Runs of two sides with independent log-normal noise; `change` multiplies figures of side B. */
function simulation({
  seed = 1,
  noise = 0.03,
  change = {},
}: { seed?: number; noise?: number; change?: Partial<Sample> } = {}) {
  const random = createRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return async (side: SideName) => {
    const sample = Object.fromEntries(
      Object.entries(base).map(([name, value]) => [
        name,
        value * (noisy.has(name) ? Math.exp(noise * normal()) : 1) * (side === 'b' ? (change[name] ?? 1) : 1),
      ]),
    )
    return { sample, invalid: null }
  }
}

const times = (count: number, run: (seed: number) => Promise<{ verdict: string }>) =>
  Promise.all(Array.from({ length: count }, (_, seed) => run(seed))).then((all) =>
    all.map(({ verdict }) => verdict),
  )

describe('pairs of runs', () => {
  test('a side that is 10 % slower in p95 alone is REGRESSED, with an interval around the truth', async () => {
    const { verdict, metrics, pairs } = await compareSides({ measure: simulation({ change: { p95: 1.1 } }) })
    expect(verdict).toBe('REGRESSED')
    expect(pairs).toBeLessThanOrEqual(20)
    const p95 = metrics.find(({ name }) => name === 'p95')!
    expect(p95.low!).toBeGreaterThan(1)
    expect(p95.low!).toBeLessThan(1.1)
    expect(p95.high!).toBeGreaterThan(1.1)
    expect(metrics.find(({ name }) => name === 'p50')!.verdict).not.toBe('REGRESSED')
  })

  test('equal sides are hardly ever called different, and 10 % is nearly always found', async () => {
    const same = await times(60, (seed) => compareSides({ seed, measure: simulation({ seed }) }))
    expect(
      same.filter((verdict) => verdict === 'REGRESSED' || verdict === 'IMPROVED').length,
    ).toBeLessThanOrEqual(3)
    const slower = await times(30, (seed) =>
      compareSides({ seed, measure: simulation({ seed, change: { p95: 1.1, p50: 1.1 } }) }),
    )
    expect(slower.filter((verdict) => verdict === 'REGRESSED').length).toBeGreaterThanOrEqual(24)
  })

  test('a difference below the margin is no regression, however sure it is', async () => {
    const { verdict, metrics } = await compareSides({
      measure: simulation({ noise: 0.001, change: { p95: 1.02 } }),
      pairs: { least: 20, most: 20 },
    })
    expect(verdict).toBe('EQUIVALENT')
    expect(metrics.find(({ name }) => name === 'p95')!.low!).toBeGreaterThan(1)
  })

  test('a side that is 10 % faster is IMPROVED', async () => {
    const measure = simulation({ noise: 0.01, change: { p95: 0.9 } })
    expect((await compareSides({ measure })).verdict).toBe('IMPROVED')
  })

  test('one more statement per request is found without any noise in it', async () => {
    const measure = simulation({ change: { statementsPerRequest: 1.5 } })
    const { metrics } = await compareSides({ measure })
    expect(metrics[0]).toMatchObject({ name: 'statementsPerRequest', verdict: 'REGRESSED' })
  })

  test('errors where there were none are a regression', async () => {
    const healthy = simulation({ noise: 0.01 })
    const measure = async (side: SideName) => {
      const run = await healthy(side)
      return { ...run, sample: { ...run.sample, errors: side === 'b' ? 0.02 : 0 } }
    }
    const { verdict, metrics } = await compareSides({ measure })
    expect(verdict).toBe('REGRESSED')
    expect(metrics.find(({ name }) => name === 'errors')!.verdict).toBe('REGRESSED')
  })

  test('noise that hides the answer is INCONCLUSIVE, and it is said how many pairs would tell', async () => {
    const { verdict, metrics, pairs, notes } = await compareSides({ measure: simulation({ noise: 0.3 }) })
    expect(verdict).toBe('INCONCLUSIVE')
    expect(pairs).toBe(20)
    const undecided = metrics.filter((metric) => metric.verdict === 'INCONCLUSIVE')
    expect(undecided.some(({ pairsNeeded }) => pairsNeeded !== undefined && pairsNeeded > 20)).toBe(true)
    const open = undecided.filter(({ gating }) => gating)
    const needed = Math.max(...open.map(({ pairsNeeded = 0 }) => pairsNeeded))
    expect(notes[0]).toMatch(/20 pairs of runs leave it open; /)
    expect(notes[0]).toContain(needed <= 500 ? `--pairs ${Math.ceil(needed / 2)}..${needed}` : '--duration')
    for (const { title } of open) expect(notes.join(' ')).toContain(title)
  })

  test('runs alternate A B, B A, and both runs of a pair have one seed', async () => {
    const order: string[] = []
    const measured = simulation()
    const measure = (side: SideName, seed: number) => {
      order.push(`${side}${seed}`)
      return measured(side)
    }
    await compareSides({ measure, pairs: { least: 4, most: 4 }, seed: 5 })
    const sides = order.map((run) => run[0]).join('')
    expect(['abbaabba', 'baabbaab']).toContain(sides)
    expect(order.map((run) => run.slice(1))).toEqual(['5', '5', '6', '6', '7', '7', '8', '8'])
    const starts = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      order.length = 0
      await compareSides({ measure, pairs: { least: 1, most: 1 }, seed })
      starts.add(order[0]![0]!)
    }
    expect(starts.size).toBe(2)
  })

  test('a run that is INVALID is repeated; a side that stays so ends it', async () => {
    const measured = simulation()
    let broken = 2
    const flaky = async (side: SideName) => ({
      ...(await measured(side)),
      invalid: broken-- > 0 ? 'late' : null,
    })
    expect((await compareSides({ measure: flaky })).verdict).toBe('EQUIVALENT')
    const hopeless = async (side: SideName) => ({
      ...(await measured(side)),
      invalid: side === 'b' ? 'late' : null,
    })
    const { verdict, notes } = await compareSides({ measure: hopeless })
    expect(verdict).toBe('INVALID')
    expect(notes[0]).toMatch(/runs of side B were INVALID: late .*lower --rate/)
  })

  test('stopped early, it says what is there and decides nothing', async () => {
    const stop = new AbortController()
    const { verdict, pairs, metrics } = await compareSides({
      measure: simulation({ change: { p95: 2 } }),
      signal: stop.signal,
      onProgress: ({ pairs }) => pairs === 3 && stop.abort(),
    })
    expect(verdict).toBe('INCONCLUSIVE')
    expect(pairs).toBe(3)
    expect(metrics.find(({ name }) => name === 'p95')!.low).toBeNull()
  })

  test('pairs and margins that make no sense are refused', async () => {
    await expect(compareSides({ measure: simulation(), pairs: { least: 9, most: 5 } })).rejects.toThrow(
      /pairs/,
    )
    await expect(compareSides({ measure: simulation(), margin: 0 })).rejects.toThrow(/margin/)
  })
})

test('a calibration counts false alarms and tells the least difference that would be found', async () => {
  const {
    times: count,
    falseAlarms,
    noise,
  } = await calibrate({ measure: simulation({ seed: 3 }), times: 10 })
  expect(count).toBe(10)
  expect(falseAlarms).toBeLessThanOrEqual(1)
  const p95 = noise.find(({ name }) => name === 'p95')!
  expect(p95.spread).toBeGreaterThan(0.03)
  expect(p95.spread).toBeLessThan(0.055)
  expect(p95.detectable).toBeGreaterThan(0.02)
  expect(p95.detectable).toBeLessThan(0.04)
})

const target = { rate: 50, users: null, durationMs: 10_000, arrivals: 'poisson' } as StoredRun['target']
const environment = { fingerprint: 'one' } as NonNullable<StoredRun['environment']>

function stored(p95: number, more: Partial<StoredRun> = {}): StoredRun {
  return {
    verdict: 'VALID',
    model: 'open',
    target,
    requests: 500,
    errors: 0,
    achievedRate: 50,
    bytes: 500_000,
    responseMs: { p50: 10, p90: 15, p95, p99: 40, max: 80, mean: 12 },
    startedAt: '2026-11-21T11:00:00.000Z',
    environment,
    ...more,
  }
}

describe('stored runs', () => {
  test('one run of either side has a ratio and no interval, and nothing is concluded from it', () => {
    const { verdict, metrics, notes } = compareRuns([stored(20)], [stored(40)])
    expect(verdict).toBe('INCONCLUSIVE')
    const p95 = metrics.find(({ name }) => name === 'p95')!
    expect(p95).toMatchObject({ low: null, high: null, verdict: 'INCONCLUSIVE' })
    expect(p95.ratio).toBeCloseTo(2)
    expect(p95.pairsNeeded).toBeGreaterThanOrEqual(6)
    expect(notes[0]).toMatch(/no interval/)
  })

  test('several runs of either side have one', () => {
    const runs = (factor: number) => [19, 19.5, 20, 20.2, 20.4, 20.8].map((p95) => stored(p95 * factor))
    const { verdict, metrics } = compareRuns(runs(1), runs(1.5))
    expect(verdict).toBe('REGRESSED')
    expect(metrics.find(({ name }) => name === 'p95')!.low!).toBeGreaterThan(1.3)
    expect(compareRuns(runs(1.5), runs(1)).verdict).toBe('IMPROVED')
  })

  test('another machine or another load makes them incomparable, and it is said why', () => {
    const runs = (more: Partial<StoredRun>) =>
      [19, 19.5, 20, 20.2, 20.4, 20.8].map((p95) => stored(p95, more))
    const elsewhere = compareRuns(
      runs({ environment: { ...environment, cpu: 'fast' } }),
      runs({
        environment: {
          ...environment,
          cpu: 'slow',
          fingerprint: 'two',
          limits: { cpus: null, memoryBytes: null },
        },
      }),
    )
    expect(elsewhere.verdict).toBe('INCONCLUSIVE')
    expect(elsewhere.notes.join(' ')).toMatch(/different CPU: fast, and slow/)
    const harder = compareRuns(runs({}), runs({ target: { ...target, rate: 100 } }))
    expect(harder.verdict).toBe('INCONCLUSIVE')
    expect(harder.notes.join(' ')).toMatch(/different rate: 50, and 100/)
  })

  test('a run that is not VALID is not compared', () => {
    expect(compareRuns([stored(20)], [stored(20, { verdict: 'INVALID' })]).verdict).toBe('INVALID')
  })

  test.each([
    ['[]', /no run/],
    ['nonsense', /not JSON/],
    ['{"verdict": "GOOD"}', /verdict/],
    [JSON.stringify({ ...stored(1), requests: -1 }), /requests/],
    [JSON.stringify({ ...stored(1), responseMs: { p95: 'fast' } }), /responseMs\.p95/],
    [JSON.stringify([stored(1), { ...stored(1), startedAt: 'yesterday' }]), /run 2: startedAt/],
  ])('a file with %s is refused in words', (text, problem) => {
    expect(() => parseRuns(text, 'a.json')).toThrow(problem)
  })
})
