import { median } from '@hotpath/core'
import { expect, test } from 'vitest'
import { fitScaling, type ScalingPoint } from '../../src/capacity/points.ts'

const points = (rows: readonly (readonly [number, number])[]): ScalingPoint[] =>
  rows.map(([load, throughput]) => ({ load, throughput }))

/** Measurements that others published: processors of a ray tracer and users of SPEC SDM91 (Gunther, "Guerrilla Capacity Planning", 2007), threads of MySQL (Schwartz, "Practical Scalability Analysis", 2015). */
const published = {
  raytracer: [
    [1, 20],
    [4, 78],
    [8, 130],
    [12, 170],
    [16, 190],
    [20, 200],
    [24, 210],
    [28, 230],
    [32, 260],
    [48, 280],
    [64, 310],
  ],
  sdm91: [
    [1, 64.9],
    [18, 995.9],
    [36, 1652.4],
    [72, 1853.2],
    [108, 1828.9],
    [144, 1775],
    [216, 1702.2],
  ],
  mysql: [
    [1, 955.16],
    [2, 1878.91],
    [4, 3548.68],
    [6, 5130.43],
    [8, 6531.08],
    [10, 7867.61],
    [12, 8646.7],
    [16, 9897.24],
    [20, 10798.52],
    [24, 12089.37],
    [28, 12158.93],
    [32, 12074.39],
  ],
} as const satisfies Record<string, readonly (readonly [number, number])[]>

/** Every forecast from every beginning of a series that reaches no further than twice its loads. */
function forecasts() {
  return Object.values(published).flatMap((rows) =>
    rows.slice(3).flatMap((_, index) => {
      const { predict } = fitScaling(points(rows.slice(0, index + 3)))
      return rows.slice(index + 3).flatMap(([load, truth]) => {
        const answer = predict(load)
        return 'refused' in answer ? [] : [{ ...answer.prediction, truth }]
      })
    }),
  )
}

test('four of five forecasts of published measurements come true, and half of them within 8 %', () => {
  const all = forecasts()
  const inside = all.filter(({ low, high, truth }) => truth >= low && truth <= high)
  expect(all.length).toBeGreaterThan(40)
  expect(inside.length / all.length).toBeGreaterThan(0.7)
  expect(inside.length / all.length).toBeLessThan(0.95)
  expect(median(all.map(({ value, truth }) => Math.abs(value / truth - 1)))).toBeLessThan(0.08)
})

test('linear growth is forecast as linear', () => {
  const { predict } = fitScaling(points([1, 2, 4, 6, 8].map((load) => [load, 100 * load])))
  const answer = predict(12)
  expect(answer).toHaveProperty('prediction')
  const { low, value, high } = (answer as { prediction: { low: number; value: number; high: number } })
    .prediction
  expect(value).toBeGreaterThan(1050)
  expect(value).toBeLessThan(1210)
  expect(low).toBeLessThan(value)
  expect(high).toBeGreaterThan(value)
})

test('beyond twice the measured load it is refused, with the reason; at twice it is not', () => {
  const { predict } = fitScaling(points([1, 2, 4].map((load) => [load, 10 * load])))
  expect(predict(8)).toHaveProperty('prediction')
  expect(predict(8.01)).toEqual({ refused: expect.stringContaining('more than 2 × 4') as string })
})

test('the unit of load and of throughput does not matter', () => {
  const rows = published.mysql.slice(0, 7)
  const scaled = rows.map(([load, throughput]) => [50 * load, throughput / 1000] as const)
  const one = fitScaling(points(rows)).predict(16) as { prediction: { value: number } }
  const other = fitScaling(points(scaled)).predict(800) as { prediction: { value: number } }
  expect(other.prediction.value * 1000).toBeCloseTo(one.prediction.value, 3)
})

test('what rises and falls again is not forecast to rise', () => {
  const { predict, weights } = fitScaling(points(published.sdm91.slice(0, 6)))
  const { value } = (predict(216) as { prediction: { value: number } }).prediction
  expect(value).toBeLessThan(2000)
  expect(weights.linear).toBeLessThan(0.05)
})
