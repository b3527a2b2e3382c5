import { expect, test } from 'vitest'
import { behave, newMemory } from '../../src/capacity/hpa/behaviour.ts'
import { readHpa, writeHpa } from '../../src/capacity/hpa/manifest.ts'
import { type PodView, replicasFor, replicasForAll } from '../../src/capacity/hpa/replicas.ts'
import { viewOf } from '../../src/capacity/hpa/simulate.ts'
import { type HpaSpec, hpaDefaults } from '../../src/capacity/hpa/spec.ts'

const tolerances = { up: 0.1, down: 0.1 }
const ready = (...uses: number[]): PodView[] => uses.map((use) => ({ state: 'ready', use }))
const others = (state: 'unready' | 'missing', count: number): PodView[] =>
  Array.from({ length: count }, () => ({ state, use: 0 }))
/** Pods of one core each, and a target in per cent of it. */
const cpu = (target: number, pods: PodView[], current = pods.length) =>
  replicasFor({ metric: { kind: 'cpu', targetUtilisation: target }, pods }, current, {
    tolerances,
    requestCores: 1,
  })

// Worked out by hand from the algorithm's description: kubernetes.io, "Horizontal Pod Autoscaling", algorithm details.
test.each([
  ['twice the target doubles the pods', cpu(50, ready(1, 1)), 4],
  ['half of the target halves them', cpu(50, ready(0.25, 0.25, 0.25, 0.25)), 2],
  ['a ratio is rounded up', cpu(30, ready(0.3, 0.5, 0.7)), 5],
  ['a ratio of 1.1 is within the tolerance', cpu(50, ready(0.55, 0.55, 0.55)), 3],
  ['a ratio of 0.9 is within the tolerance', cpu(50, ready(0.45, 0.45, 0.45, 0.45)), 4],
  ['a ratio of 1.12 is not', cpu(50, ready(0.56, 0.56, 0.56)), 4],
  [
    'an unready pod counts as idle when there would be more',
    cpu(30, [...ready(0.5, 0.7), ...others('unready', 1)]),
    4,
  ],
  ['unready pods can leave nothing to be done', cpu(50, [...ready(0.8), ...others('unready', 2)]), 3],
  [
    'an unready pod is left out when there would be fewer',
    cpu(50, [...ready(0.2, 0.2), ...others('unready', 1)], 3),
    1,
  ],
  [
    'a missing pod counts as at its request when there would be fewer',
    cpu(50, [...ready(0.2, 0.2, 0.2), ...others('missing', 1)]),
    4,
  ],
  [
    'with enough idle pods it is fewer all the same',
    cpu(100, [...ready(0.1, 0.1, 0.1, 0.1), ...others('missing', 1)]),
    2,
  ],
  [
    'a missing pod counts as idle when there would be more',
    cpu(50, [...ready(1, 1), ...others('missing', 1)]),
    4,
  ],
  ['missing pods cannot turn more into fewer', cpu(50, [...ready(0.6), ...others('missing', 3)]), 4],
  ['nothing is known, nothing is done', cpu(50, others('unready', 3)), 3],
  ['pods beyond those that are ready count with the ratio of the ready', cpu(50, ready(1, 1), 5), 4],
])('%s', (_, decided, expected) => {
  expect(decided).toBe(expected)
})

const spec: HpaSpec = {
  ...hpaDefaults,
  name: 'shop',
  minReplicas: 1,
  maxReplicas: 100,
  metrics: [{ kind: 'cpu', targetUtilisation: 50 }],
}

test('of several metrics the one that asks for most decides', () => {
  const views = [
    { metric: { kind: 'cpu', targetUtilisation: 50 } as const, pods: ready(0.5, 0.5) },
    { metric: { kind: 'requests', targetAverage: 100 } as const, pods: ready(300, 300) },
  ]
  expect(replicasForAll(views, 2, { spec, requestCores: 1 })).toBe(6)
})

test('each direction has a tolerance of its own', () => {
  const careful = { ...spec, scaleUp: { ...spec.scaleUp, tolerance: 0 } }
  const views = (use: number) => [{ metric: spec.metrics[0]!, pods: ready(use, use) }]
  expect(replicasForAll(views(0.51), 2, { spec: careful, requestCores: 1 })).toBe(3)
  expect(replicasForAll(views(0.46), 2, { spec: careful, requestCores: 1 })).toBe(2)
})

/** Every 15 s, what is wanted then; gives what was decided each time. */
function play(given: HpaSpec, from: number, wanted: readonly number[]): number[] {
  const memory = newMemory()
  let current = from
  return wanted.map((each, index) => {
    current = behave(given, { current, wanted: each, now: 15 * index }, memory)
    return current
  })
}

test('upwards it doubles, or adds four, every 15 s, whichever is more', () => {
  expect(play(spec, 1, [40, 40, 40, 40])).toEqual([5, 10, 20, 40])
})

test('downwards it waits until nothing of the last five minutes asked for more', () => {
  const decided = play(spec, 10, [10, ...Array.from({ length: 24 }, () => 2)])
  expect(decided.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 10))
  expect(decided[20]).toBe(2)
})

test('a window upwards takes the smallest recommendation', () => {
  const slow = { ...spec, scaleUp: { ...spec.scaleUp, stabilisationSeconds: 60 } }
  expect(play(slow, 4, [4, 8, 8, 8, 8])).toEqual([4, 4, 4, 4, 8])
})

test('the smallest change is taken where the policies say so, and none where they are disabled', () => {
  const down = (rules: Partial<HpaSpec['scaleDown']>) => ({
    ...spec,
    scaleDown: { ...spec.scaleDown, stabilisationSeconds: 0, ...rules },
  })
  const policies = [
    { type: 'Percent', value: 50, periodSeconds: 60 },
    { type: 'Pods', value: 2, periodSeconds: 60 },
  ] as const
  expect(play(down({ policies, select: 'Min' }), 10, [1, 1, 1, 1, 1])).toEqual([8, 8, 8, 8, 6])
  expect(play(down({ policies, select: 'Max' }), 10, [1, 1, 1, 1, 1])).toEqual([5, 5, 5, 5, 2])
  expect(play(down({ select: 'Disabled' }), 10, [1, 1])).toEqual([10, 10])
})

test('bounds hold, whatever is wanted', () => {
  const bounded = { ...spec, minReplicas: 3, maxReplicas: 7 }
  expect(play(bounded, 5, [50])).toEqual([7])
  expect(
    play(
      bounded,
      5,
      Array.from({ length: 22 }, () => 1),
    ).at(-1),
  ).toBe(3)
  expect(play(bounded, 9, [9])).toEqual([7])
})

test('a young pod counts by figures from after it was ready alone; later it counts as soon as it has any', () => {
  const metric = { kind: 'cpu', targetUtilisation: 50 } as const
  const pod = (collectedAt: number | null) => ({
    startedAt: 0,
    readyAt: 20,
    collected: collectedAt === null ? null : { at: collectedAt, cores: 0.4, requests: 9 },
  })
  expect(viewOf(pod(null), metric, 10).state).toBe('unready')
  expect(viewOf(pod(30), metric, 45).state).toBe('unready')
  expect(viewOf(pod(60), metric, 60)).toEqual({ state: 'ready', use: 0.4 })
  expect(viewOf(pod(null), metric, 400).state).toBe('missing')
  expect(viewOf(pod(30), { kind: 'requests', targetAverage: 5 }, 45)).toEqual({ state: 'ready', use: 9 })
})

test('a manifest is read as it was written, and what it leaves out is what Kubernetes does', () => {
  expect(readHpa(writeHpa(spec), 'hpa.yaml')).toEqual(spec)
  const short = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  maxReplicas: 100
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]`
  expect(readHpa(short, 'hpa.yaml')).toEqual(spec)
})

test.each([
  ['kind: Deployment', 'no HorizontalPodAutoscaler'],
  ['kind: HorizontalPodAutoscaler\nspec: { maxReplicas: 0 }', 'leave no number of pods'],
  ['kind: HorizontalPodAutoscaler\nspec: { maxReplicas: 3 }', 'names no metric'],
  ['kind: HorizontalPodAutoscaler\nspec: { maxReplicas: many }', 'maxReplicas is "many"'],
  ['a: [', ''],
])('what is no such manifest is refused: %s', (text, problem) => {
  expect(() => readHpa(text, 'hpa.yaml')).toThrow(problem)
})
