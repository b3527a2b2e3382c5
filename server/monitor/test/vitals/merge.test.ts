import type { BeaconView } from '@hotpath/core'
import { expect, test } from 'vitest'
import { beaconOf, openVitals } from './beacons.ts'

const carry = <T>(plain: T): T => JSON.parse(JSON.stringify(plain)) as T

/** Lists in an order that does not depend on who was told first. */
function ordered<T extends object>(report: T): T {
  const entries = Object.entries(report).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value,
  ])
  return Object.fromEntries(entries) as T
}

/** A different one for each number, of a few routes, visitors and elements. */
function viewOf(number: number): Partial<BeaconView> {
  const of = <T>(...all: T[]): T => all[(number * 7 + Math.floor(number / 5)) % all.length]!
  return {
    route: of('/', '/ballots/:id', '/nowhere'),
    navigation: of('navigate', 'soft-navigation', 'reload', 'navigate'),
    vitals: { LCP: 500 + number * 17, INP: 10 + ((number * 53) % 700), CLS: (number % 32) / 64 },
    elements: { LCP: of('main > img', 'h1'), INP: of('button', 'a', 'input') },
    script: of('app.js', 'chart.js'),
    tasks: { count: 1 + (number % 3), totalMs: 60 + number, longestMs: 51 + number },
    errors: number % 4 === 0 ? [{ name: of('TypeError', 'RangeError'), file: 'app.js', count: 2 }] : [],
  }
}

test('views that several processes were told come to what one would have been told', () => {
  const whole = openVitals({ targets: ['LCP p75 < 2.5s'] })
  const parts = Array.from({ length: 3 }, () => openVitals({ targets: ['LCP p75 < 2.5s'] }))
  for (let number = 0; number < 300; number++) {
    const text = beaconOf(viewOf(number), { device: number % 2 ? 'phone' : 'desktop' })
    for (const told of [whole, parts[(number * 7) % 3]!]) told.vitals.receive(text)
    for (const { time } of [whole, ...parts]) time.now += 1_300
  }
  parts[1]!.vitals.receive('no beacon')
  whole.vitals.receive('no beacon')
  expect(parts.map(({ vitals }) => vitals.report().intake.accepted)).not.toContain(0)

  const [first, ...others] = parts.map(({ vitals }) => vitals)
  const report = first!.report(carry(others.map((vitals) => vitals.share())))
  expect(ordered(report)).toEqual(ordered(whole.vitals.report()))
  expect(report.all.LCP!.count).toBeGreaterThan(200)
  expect(report.rows.length).toBeGreaterThan(4)
  const overview = first!.overview(carry(others.map((vitals) => vitals.overviewShare())))
  expect(overview).toEqual(whole.vitals.overview())
})

test('steps of a process that is a step further are laid over those of the same time', () => {
  const [one, two] = [openVitals(), openVitals()]
  for (const { vitals } of [one, two]) vitals.receive(beaconOf({ vitals: { LCP: 1_000 } }))
  one.time.now += 10_000
  two.time.now += 15_000
  const { steps } = one.vitals.overview([carry(two.vitals.overviewShare())])
  expect(steps.flatMap(({ LCP }, index) => (LCP === null ? [] : [index]))).toHaveLength(1)
})

test('what a process adds does not grow with the views', () => {
  const { vitals } = openVitals()
  const sizeAfter = (views: number) => {
    for (let number = 0; number < views; number++) vitals.receive(beaconOf(viewOf(number % 500)))
    return JSON.stringify([vitals.share(), vitals.overviewShare()]).length
  }
  const few = sizeAfter(5_000)
  // Digits of counts alone.
  expect(sizeAfter(20_000)).toBeLessThan(few * 1.1)
})
