import { expect, test } from 'vitest'
import { readPromises } from '../../src/promises.ts'
import { createRequestWindow } from '../../src/request-window.ts'
import { vitalsTile } from '../../src/vitals/vitals-tile.ts'
import { beaconOf, openVitals } from './beacons.ts'

/** The tile at the end of a scene. */
function tileAfter(
  play: (told: ReturnType<typeof openVitals>) => void,
  { targets = [] }: { targets?: string[] } = {},
) {
  const told = openVitals({ targets })
  play(told)
  const promises = readPromises(
    [],
    targets.map((budget) => ({ id: budget, title: budget, budget })),
  )
  const steps = Array.from({ length: 120 }, (_, index) => (index < 10 ? null : createRequestWindow()))
  return vitalsTile({ vitals: told.vitals.overview(), promises, steps })
}

test('shows LCP of the last hour, its course, and the last minute against the five before', () => {
  const tile = tileAfter(({ vitals, time }) => {
    vitals.receive(beaconOf({ vitals: { LCP: 1_000 } }))
    time.now += 120_000
    vitals.receive(beaconOf({ vitals: { LCP: 1_500 } }))
    vitals.receive(beaconOf({ navigation: 'soft-navigation', vitals: { LCP: 9_000 } }))
    time.now += 5_000
  })
  expect(tile).toMatchObject({ title: 'Largest paint (LCP), p75', unit: 'ms', reason: '', budget: null })
  expect(tile.value).toBeGreaterThan(1_400)
  expect(tile.value).toBeLessThanOrEqual(1_500)
  expect(tile.change).toBe(1.5)
  expect(tile.series.flatMap((point, index) => (point === null ? [] : [[index, point]]))).toEqual([
    [95, 1_000],
    [119, 1_500],
  ])
})

test('says that nobody has reported', () => {
  expect(tileAfter(() => {})).toMatchObject({
    value: null,
    reason: 'No browser has reported in the last hour.',
    change: null,
  })
})

test('turns to interactions where it is their target that is missed', () => {
  const targets = ['LCP p75 < 2.5s', 'INP p75 < 200ms']
  const report = (INP: number) =>
    tileAfter(
      ({ vitals }) => {
        for (let view = 0; view < 20; view++) vitals.receive(beaconOf({ vitals: { LCP: 900, INP } }))
      },
      { targets },
    )
  expect(report(100)).toMatchObject({ value: 900, budget: { text: targets[0], verdict: 'met' } })
  expect(report(300)).toMatchObject({
    title: 'Interactions (INP), p75',
    value: 300,
    budget: { text: targets[1], verdict: 'missed' },
  })
})

test('a handful of visitors neither meets nor breaks a target', () => {
  const tile = tileAfter(({ vitals }) => void vitals.receive(beaconOf({ vitals: { LCP: 9_000 } })), {
    targets: ['LCP p75 < 2.5s'],
  })
  expect(tile).toMatchObject({ value: 9_000, budget: { verdict: 'not measured' } })
})
