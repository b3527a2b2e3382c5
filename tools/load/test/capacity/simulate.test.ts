import { expect, test } from 'vitest'
import { type PodModel, simulateHpa } from '../../src/capacity/hpa/simulate.ts'
import { type HpaSpec, hpaDefaults } from '../../src/capacity/hpa/spec.ts'
import { drawSimulation } from '../../src/capacity/picture.ts'
import { rateEachSecond, readTraffic } from '../../src/capacity/traffic.ts'

const pod: PodModel = {
  requestCores: 1,
  baseCores: 0,
  cpuSecondsPerRequest: 0.01,
  kneeRate: 80,
  limitRate: 100,
  startSeconds: 20,
  warmupSeconds: 0,
  warmupFactor: 1,
}
const spec: HpaSpec = {
  ...hpaDefaults,
  name: 'shop',
  minReplicas: 1,
  maxReplicas: 50,
  metrics: [{ kind: 'cpu', targetUtilisation: 50 }],
}
const constant = (rate: number, seconds: number) => new Float64Array(seconds).fill(rate)

test('a constant rate settles at the pods that the target asks for', () => {
  const { seconds, violationMinutes, flaps } = simulateHpa({ spec, pod, rates: constant(400, 1800) })
  // 400/s × 0.01 s are 4 cores: 8 pods at 50 %.
  expect(seconds.at(-1)).toMatchObject({ replicas: 8, ready: 8 })
  expect(violationMinutes).toBe(0)
  expect(flaps).toBe(0)
})

test('a jump that finds too few pods breaks the promise until others are up, and the backlog is worked off', () => {
  const rates = constant(40, 1800).fill(400, 300)
  const { seconds, violationMinutes, overloadedShare } = simulateHpa({ spec, pod, rates })
  expect(seconds[299]!.isViolated).toBe(false)
  expect(seconds[300]!.isViolated).toBe(true)
  expect(violationMinutes).toBeGreaterThan(0.5)
  expect(violationMinutes).toBeLessThan(5)
  expect(overloadedShare).toBeGreaterThan(0)
  expect(seconds.at(-1)!.isViolated).toBe(false)
})

test('with enough pods at least, the same jump does no harm', () => {
  const rates = constant(40, 1800).fill(400, 300)
  expect(simulateHpa({ spec: { ...spec, minReplicas: 6 }, pod, rates }).violationMinutes).toBe(0)
})

test('pods that are slow at first break the promise for longer', () => {
  const rates = constant(40, 900).fill(400, 300)
  const slow = { ...pod, warmupSeconds: 60, warmupFactor: 3 }
  const usual = simulateHpa({ spec, pod, rates }).violationMinutes
  expect(simulateHpa({ spec, pod: slow, rates }).violationMinutes).toBeGreaterThan(usual)
})

test('pod-hours are what was asked for, whether ready or not', () => {
  const fixed = { ...spec, minReplicas: 3, maxReplicas: 3 }
  expect(simulateHpa({ spec: fixed, pod, rates: constant(10, 3600) }).podHours).toBeCloseTo(3)
})

test('a trace is read by seconds or by dates, and filled in between', () => {
  const points = readTraffic('time,rate\n0,10\n10,20\n', 'trace.csv')
  expect(Array.from(rateEachSecond(points))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  const dated = readTraffic('2026-01-01T00:00:00Z,10\n2026-01-01T00:01:00Z,20\n', 'trace.csv')
  expect(dated).toEqual([
    { at: 0, rate: 10 },
    { at: 60, rate: 20 },
  ])
})

test.each([
  ['time,rate\n0,10\n', 'two lines or more'],
  ['0,10\n0,20\n', 'do not grow'],
  ['0,10\n5,many\n', 'line 2: "many" is no rate'],
  ['0,10\n5,-1\n', 'line 2'],
  ['0,1\nsoon,1\n', 'line 2: "soon"'],
])('a trace that says nothing is refused: %j', (text, problem) => {
  expect(() => readTraffic(text, 'trace.csv')).toThrow(problem)
})

test('the picture holds both courses, and nothing of its title as markup', () => {
  const svg = drawSimulation(simulateHpa({ spec, pod, rates: constant(400, 7300) }), '<script>&"')
  expect(svg).not.toContain('<script>')
  expect(svg.match(/<polyline/g)).toHaveLength(3)
  expect(svg).not.toContain('NaN')
})
