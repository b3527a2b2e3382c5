import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findChanges, parseSeries, sparkline } from '@hotpath/load/history'
import { createRandom } from '@hotpath/load'

/** Log-normal noise of `spread` around 100, seeded; `dependence` of 0…1 carries over from point to point. */
function noise(length: number, { seed = 1, spread = 0.03, dependence = 0 } = {}): number[] {
  const random = createRandom(seed)
  let last = 0
  return Array.from({ length }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    last = dependence * last + Math.sqrt(1 - dependence ** 2) * normal
    return 100 * Math.exp(spread * last)
  })
}

const indexesOf = (values: readonly (number | null)[]) =>
  findChanges({ values: [...values], labels: null }).map(({ index }) => index)

const stepAt = (values: readonly number[], at: number, factor: number) =>
  values.map((value, index) => (index < at ? value : value * factor))

describe('changes of level', () => {
  test('a step of 10 % is found where it is, with both levels and the labels between which it lies', () => {
    const values = stepAt(noise(100), 60, 1.1)
    const labels = values.map((_, index) => `commit ${index}`)
    const [change, ...others] = findChanges({ values, labels })
    expect(others).toEqual([])
    expect(Math.abs(change!.index - 60)).toBeLessThanOrEqual(2)
    expect(change!.ratio).toBeGreaterThan(1.07)
    expect(change!.ratio).toBeLessThan(1.13)
    expect(change!.from).toBe(`commit ${change!.index - 1}`)
    expect(change!.to).toBe(`commit ${change!.index}`)
  })

  test('a level that goes up and comes back is two changes', () => {
    const values = noise(400).map((value, index) => (index >= 200 && index < 215 ? value * 1.2 : value))
    const found = indexesOf(values)
    expect(found).toHaveLength(2)
    expect(Math.abs(found[0]! - 200)).toBeLessThanOrEqual(2)
    expect(Math.abs(found[1]! - 215)).toBeLessThanOrEqual(2)
  })

  test('pure noise raises at most one alarm in 1,000 points, also where neighbours are alike', () => {
    for (const dependence of [0, 0.3]) {
      const alarms = Array.from(
        { length: 20 },
        (_, seed) => indexesOf(noise(500, { seed, dependence })).length,
      )
      expect(alarms.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10)
    }
  })

  test('outliers are no change, not even three in a row', () => {
    const values = noise(120)
    for (const index of [10, 40, 41, 70, 71, 72, 119]) values[index]! *= 1.8
    expect(indexesOf(values)).toEqual([])
  })

  test('outliers hide no change', () => {
    const values = stepAt(noise(120), 60, 1.1)
    for (let index = 4; index < 120; index += 13) values[index]! *= 5
    const found = indexesOf(values)
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]! - 60)).toBeLessThanOrEqual(2)
  })

  test('a slow drift is no change, and a step in the drift is one', () => {
    const drift = noise(300, { spread: 0.01 }).map((value, index) => value * (1 + 0.001 * index))
    expect(indexesOf(drift)).toEqual([])
    const found = indexesOf(stepAt(drift, 150, 1.15))
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]! - 150)).toBeLessThanOrEqual(2)
  })

  test('what varies in quiet times only is held against the noise around it', () => {
    const quietThenWild = [...noise(150, { spread: 0.005 }), ...noise(150, { seed: 2, spread: 0.1 })]
    expect(indexesOf(quietThenWild)).toEqual([])
    expect(indexesOf(stepAt(quietThenWild, 75, 1.03))).toEqual([75])
  })

  test('a new level is believed from its fourth point on', () => {
    const values = Array.from({ length: 30 }, () => 100)
    expect(indexesOf([...values, 120, 120, 120])).toEqual([])
    expect(indexesOf([...values, 120, 120, 120, 120])).toEqual([30])
  })

  test('a change smaller than asked for is left out', () => {
    const values = stepAt(noise(200, { spread: 0.002 }), 100, 1.02)
    expect(indexesOf(values)).toEqual([100])
    expect(findChanges({ values, labels: null }, { least: 0.05 })).toEqual([])
  })

  test('zeros and negative values are a series, too; a ratio without meaning is null', () => {
    const below = [...Array.from({ length: 10 }, () => 0), ...Array.from({ length: 10 }, () => 5)]
    expect(findChanges({ values: below, labels: null })).toMatchObject([
      { index: 10, before: 0, after: 5, ratio: null },
    ])
    expect(indexesOf(below.map((value) => value - 3))).toEqual([10])
  })

  test('gaps are left out, and indexes stay those of the series', () => {
    const values: (number | null)[] = stepAt(noise(60), 30, 1.3)
    for (const gap of [0, 5, 6, 7, 29]) values[gap] = null
    expect(indexesOf(values)).toEqual([30])
  })

  test('another machine is another series', () => {
    const values = stepAt(noise(80), 40, 1.5)
    const groups = values.map((_, index) => (index < 40 ? 'old' : 'new'))
    expect(findChanges({ values, labels: null }, { groups })).toEqual([])
  })

  test('whatever the values, changes are few points apart at least, ordered and finite', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(0),
      fc.constant(1),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 120 }), (values) => {
        const changes = findChanges({ values, labels: null })
        const edges = [0, ...changes.map(({ index }) => index), values.length]
        for (const [place, { before, after, p }] of changes.entries()) {
          expect(edges[place + 1]! - edges[place]!).toBeGreaterThanOrEqual(4)
          expect([before, after, p].every(Number.isFinite)).toBe(true)
        }
      }),
    )
  })

  test('a series times a constant has the same changes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        (seed, factor) => {
          const values = stepAt(noise(60, { seed }), 30, 1.08)
          expect(indexesOf(values.map((value) => value * factor))).toEqual(indexesOf(values))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('files of series', () => {
  test('null, NaN and Infinity are gaps, as Python writes them too', () => {
    expect(parseSeries('{"values": [1, null, NaN, -Infinity, 2]}', 'a.json').values).toEqual([
      1,
      null,
      null,
      null,
      2,
    ])
    expect(parseSeries('[3, 4]', 'a.json')).toEqual({ values: [3, 4], labels: null })
  })

  test.each([
    ['{"values": [1, "2"]}', /value 2 is neither a number nor null/],
    ['{"values": [1], "labels": []}', /"labels" must be a list as long/],
    ['{"value": [1]}', /no list "values"/],
    ['values', /not JSON/],
    ['null', /no list "values"/],
  ])('%s is refused in words', (text, problem) => {
    expect(() => parseSeries(text, 'a.json')).toThrow(problem)
  })
})

test('the picture has a column for each point or for each few, and an arrow below the change', () => {
  expect(sparkline([1, 1, 8, 8], { changes: [2], width: 10 })).toBe('▁▁██\n  ▲')
  expect(sparkline(noise(1000), { changes: [], width: 40 })).toHaveLength(40)
})
