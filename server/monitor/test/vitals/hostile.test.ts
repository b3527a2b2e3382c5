import { connectionClasses, deviceClasses, navigationKinds } from '@hotpath/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createExposition } from '../../src/exposition.ts'
import { beaconOf, openVitals } from './beacons.ts'

/** Well-formed lies: every name made up, every closed list run through. */
const lie = fc
  .record({
    route: fc.oneof(fc.string(), fc.constantFrom('/', '/ballots/:id', '__proto__')),
    navigation: fc.oneof(fc.string(), fc.constantFrom(...navigationKinds)),
    vitals: fc.record({
      LCP: fc.double(),
      INP: fc.double(),
      CLS: fc.double(),
      FCP: fc.nat(),
      TTFB: fc.nat(),
    }),
    elements: fc.record({ LCP: fc.string(), INP: fc.stringMatching(/^[a-z.#>]{1,40}$/) }),
    script: fc.webPath(),
    tasks: fc.record({ count: fc.nat(), totalMs: fc.double(), longestMs: fc.double() }),
    errors: fc.array(
      fc.record({ name: fc.stringMatching(/^[A-Z][a-z]{1,20}$/), file: fc.webPath(), count: fc.nat() }),
      { maxLength: 12 },
    ),
    server: fc.record({
      trace: fc.stringMatching(/^[0-9a-f]{32}$/),
      cache: fc.string(),
      databaseMs: fc.double(),
    }),
    device: fc.oneof(fc.string(), fc.constantFrom(...deviceClasses)),
    connection: fc.oneof(fc.string(), fc.constantFrom(...connectionClasses)),
  })
  .map(({ device, connection, ...view }) => beaconOf(view as never, { device, connection } as never))

test('20,000 hostile beacons neither crash the intake nor make more label sets than it allows', async () => {
  const { vitals, time } = openVitals()
  fc.assert(
    fc.property(lie, fc.nat(2_000), (text, cut) => {
      time.now += 500
      vitals.receive(text)
      vitals.receive(text.slice(0, cut))
    }),
    { numRuns: 10_000, seed: 7 },
  )
  const { rows, routes, elements, errors, tasks, slowest, intake } = vitals.report()
  expect(intake.accepted + intake.malformed).toBe(20_000)
  expect(intake.accepted).toBeGreaterThan(9_000)
  expect(rows.length).toBeLessThanOrEqual(3 * 4 * 5 * 2)
  expect(new Set(routes.map(({ route }) => route))).toEqual(new Set(['/', '/ballots/:id', 'other']))
  expect([elements.length, slowest.length]).toEqual([50, 20])
  expect(errors.length).toBeGreaterThan(50)
  expect(errors.length).toBeLessThanOrEqual(100)
  expect(tasks.length).toBeLessThanOrEqual(3)
  const page = await createExposition(vitals.families()).page()
  // Six routes and kinds with 59 lines each, and the heads of the families.
  expect(page.split('\n').length).toBeLessThan(400)
})

test('beyond its bound of sets, views are folded into one of each kind', () => {
  const routes = Array.from({ length: 400 }, (_, page) => `/page-${page}`)
  const { vitals } = openVitals({ routes })
  for (const route of routes) {
    vitals.receive(beaconOf({ route }))
    vitals.receive(beaconOf({ route, navigation: 'soft-navigation' }))
  }
  const { rows } = vitals.report()
  expect(rows).toHaveLength(258)
  expect(rows.filter(({ route }) => route === 'other')).toMatchObject([{ kind: 'load' }, { kind: 'soft' }])
  expect(rows.reduce((sum, { views }) => sum + views, 0)).toBe(800)
})

test('names that are made up push out each other, not what happens again and again', () => {
  const { vitals, time } = openVitals()
  for (let round = 0; round < 2_000; round++) {
    time.now += 1_000
    vitals.receive(beaconOf({ elements: { LCP: 'h1.real' } }))
    vitals.receive(
      beaconOf({
        elements: { LCP: `h1.${'ab'.repeat(1 + (round % 50))}${String.fromCharCode(97 + (round % 26))}` },
      }),
    )
  }
  expect(vitals.report().elements[0]).toMatchObject({ selector: 'h1.real', count: 2_000 })
})
