import { expect, test } from 'vitest'
import { createExposition } from '../../src/exposition.ts'
import type { BrowserPage } from '../../src/vitals/vitals.ts'
import { beaconOf, openVitals } from './beacons.ts'

test('tells what visitors experienced, by route and by device and connection', () => {
  const { vitals } = openVitals()
  for (const LCP of [1_000, 3_000, 3_000, 3_000]) vitals.receive(beaconOf({ vitals: { LCP } }))
  vitals.receive(
    beaconOf({ route: '/ballots/:id', vitals: { CLS: 0.3 } }, { device: 'desktop', connection: '3g' }),
  )
  const { all, routes, rows } = vitals.report()
  expect(all.LCP).toMatchObject({
    count: 4,
    min: 1_000,
    max: 3_000,
    mean: 2_500,
    verdict: 'needs improvement',
  })
  expect(all.CLS).toMatchObject({ count: 1, verdict: 'poor' })
  expect(routes.map(({ route, views }) => [route, views])).toEqual([
    ['/', 4],
    ['/ballots/:id', 1],
  ])
  expect(rows.map(({ route, device, connection }) => `${route} ${device} ${connection}`)).toEqual([
    '/ phone 4g',
    '/ballots/:id desktop 3g',
  ])
})

test('a soft navigation is told apart: it loads nothing, but reacts and holds still like any view', () => {
  const { vitals } = openVitals()
  vitals.receive(beaconOf({ navigation: 'soft-navigation', vitals: { LCP: 50, INP: 90 } }))
  const { all, routes, navigations } = vitals.report()
  expect(all).toEqual({ INP: expect.objectContaining({ count: 1 }) as object })
  expect(routes).toMatchObject([{ route: '/', kind: 'soft', vitals: { LCP: { count: 1 } } }])
  expect(navigations).toEqual([{ navigation: 'soft-navigation', count: 1 }])
})

test('after an hour nothing is left of it', () => {
  const { vitals, time } = openVitals()
  vitals.receive(
    beaconOf({
      elements: { LCP: 'h1' },
      tasks: { count: 1, totalMs: 60, longestMs: 60 },
      errors: [{ name: 'Error', file: '', count: 1 }],
    }),
  )
  time.now += 300_000 * 2
  expect(vitals.report().all.LCP).toMatchObject({ count: 1, current: null })
  time.now += 3_600_001
  const { now: _now, intake: _intake, ...rest } = vitals.report()
  expect(rest).toEqual({
    windowMs: 3_600_000,
    enabled: true,
    all: {},
    targets: [],
    routes: [],
    rows: [],
    navigations: [],
    elements: [],
    tasks: [],
    errors: [],
    slowest: [],
  })
})

test('names what was painted last or reacted slowest, the files that fail, and the tasks that block', () => {
  const { vitals } = openVitals()
  const elements = { LCP: 'main>h1', INP: '#vote-7' }
  const tasks = { count: 2, totalMs: 160, longestMs: 90 }
  const errors = [{ name: 'TypeError', file: '/a.js', count: 2 }]
  for (const INP of [300, 500]) {
    vitals.receive(beaconOf({ vitals: { LCP: 900, INP }, elements, script: '/a.js', tasks, errors }))
  }
  const report = vitals.report()
  expect(report.elements).toMatchObject([
    { vital: 'LCP', selector: 'main>h1', count: 2, script: '' },
    { vital: 'INP', selector: '#vote-*', count: 2, mean: 400, worst: 500, script: '/a.js' },
  ])
  expect(report.tasks).toEqual([{ route: '/', count: 4, totalMs: 320, longestMs: 90 }])
  expect(report.errors).toMatchObject([{ name: 'TypeError', file: '/a.js', count: 4 }])
})

test('joins a page load with the trace that the server named, and lists the slowest first', () => {
  const joined: [string, BrowserPage][] = []
  const { vitals, time } = openVitals({ join: (...page) => joined.push(page) })
  const trace = '0af7651916cd43dd8448eb211c80319c'
  for (let lcp = 1; lcp <= 30; lcp++) vitals.receive(beaconOf({ vitals: { LCP: lcp * 100 } }))
  vitals.receive(
    beaconOf({ vitals: { LCP: 9_000, TTFB: 700 }, server: { trace, cache: 'miss', databaseMs: 600 } }),
  )
  const { slowest } = vitals.report()
  expect(slowest).toHaveLength(20)
  expect(slowest[0]).toMatchObject({ lcpMs: 9_000, ttfbMs: 700, trace, cache: 'miss', databaseMs: 600 })
  expect(slowest[1]).toMatchObject({ lcpMs: 3_000, trace: null })
  expect(joined).toEqual([
    [trace, { route: '/', at: time.now, lcpMs: 9_000, ttfbMs: 700, inpMs: null, cls: null }],
  ])
})

test('holds targets against page loads, of twenty or more', () => {
  const { vitals } = openVitals({ targets: ['LCP p75 < 1s', 'INP p75 < 100ms', 'LCP mean < 1s'] })
  for (let view = 0; view < 19; view++) vitals.receive(beaconOf({ vitals: { LCP: 990, INP: 101 } }))
  expect(vitals.report().targets.map(({ verdict }) => verdict)).toEqual(Array(3).fill('not measured'))
  vitals.receive(beaconOf({ vitals: { LCP: 990, INP: 101 } }))
  expect(vitals.report().targets.map(({ verdict }) => verdict)).toEqual(['met', 'missed', 'not measured'])
})

test('counts a share of the beacons alone where it is told to', () => {
  const dice = [0.1, 0.3, 0.5]
  const { vitals } = openVitals({ sample: 0.3, random: () => dice.shift()! })
  expect([vitals.receive(beaconOf()), vitals.receive(beaconOf()), vitals.receive('{')]).toEqual([
    'accepted',
    'sampled',
    'sampled',
  ])
  expect(vitals.report().intake).toMatchObject({ accepted: 1, sampled: 2 })
})

test('Prometheus reads seconds and shifts by route, kind and vital', async () => {
  const { vitals } = openVitals()
  vitals.receive(
    beaconOf({ vitals: { LCP: 2_500, CLS: 0.1 }, errors: [{ name: 'Error', file: '', count: 3 }] }),
  )
  const page = await createExposition(vitals.families()).page()
  expect(page).toContain('hotpath_web_vitals_seconds_bucket{le="2.5",route="/",kind="load",vital="LCP"} 1')
  expect(page).toContain('hotpath_web_vitals_seconds_bucket{le="1.8",route="/",kind="load",vital="LCP"} 0')
  expect(page).toContain(
    'hotpath_web_vitals_layout_shift_bucket{le="0.1",route="/",kind="load",vital="CLS"} 1',
  )
  expect(page).toContain('hotpath_web_vitals_errors_total{route="/",kind="load"} 3')
  expect(page).toContain('hotpath_web_vitals_beacons_total{outcome="accepted"} 1')
})
