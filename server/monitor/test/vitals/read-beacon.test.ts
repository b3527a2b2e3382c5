import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBeacon } from '../../src/vitals/read-beacon.ts'
import { beaconOf } from './beacons.ts'

const routes = new Set(['/', '/ballots/:id'])
const viewOf = (text: string) => readBeacon(text, routes)?.beacon.views[0]

test('takes the figures, the words and the names that a browser tells', () => {
  const view = {
    route: '/ballots/:id',
    navigation: 'reload',
    vitals: { LCP: 1_234.5, INP: 96, CLS: 0.02, FCP: 700, TTFB: 80 },
    elements: { LCP: 'main>h1.title', INP: '#send' },
    script: '/assets/index-BQR_URj9.js',
    tasks: { count: 2, totalMs: 130, longestMs: 70 },
    errors: [{ name: 'TypeError', file: '/assets/a.js', count: 1 }],
    server: { trace: '0af7651916cd43dd8448eb211c80319c', cache: 'hit', databaseMs: 3.5 },
  } as const
  const read = readBeacon(beaconOf({ ...view, errors: [...view.errors] }), routes)
  expect(read).toEqual({
    beacon: { version: 1, device: 'phone', connection: '4g', views: [view] },
    unknownRoutes: 0,
  })
})

test('counts an address, and whatever else is no declared template, as other', () => {
  for (const route of ['/ballots/7', '/ballots/:id?email=a@b.example', '__proto__', '', 7, null, ['/']]) {
    const read = readBeacon(beaconOf({ route: route as string }), routes)
    expect([read?.beacon.views[0]?.route, read?.unknownRoutes]).toEqual(['other', 1])
  }
})

test('clamps what no page can have, and leaves out what is no amount', () => {
  const vitals = { LCP: 1e300, CLS: 5_000, INP: -1, FCP: '900', TTFB: null }
  expect(viewOf(beaconOf({ vitals: vitals as never }))?.vitals).toEqual({ LCP: 60_000, CLS: 10 })
  expect(viewOf(beaconOf().replace('1000', '1e999'))?.vitals).toEqual({ LCP: 60_000 })
})

test('replaces figures in selectors, and takes none that could be a sentence', () => {
  const selectorOf = (LCP: string) => viewOf(beaconOf({ elements: { LCP } }))?.elements?.LCP
  expect(selectorOf('#user-4711>img.photo')).toBe('#user-*>img.photo')
  for (const text of ['a b', '<script>', '[title="Ann"]', 'x'.repeat(121), 'h1\n', '']) {
    expect(selectorOf(text)).toBeUndefined()
  }
})

test('takes of errors the kind and the file, never a message or an address', () => {
  const errors = [
    { name: 'Cannot read Ann of undefined', file: 'https://shop.example/a.js?token=1', count: 2 },
    { name: 'RangeError', file: '/a.js?token=1', count: 1e9, message: 'Ann' },
    { name: 'RangeError', file: '/a.js', count: 0 },
  ]
  expect(viewOf(beaconOf({ errors }))?.errors).toEqual([
    { name: 'Error', file: '', count: 2 },
    { name: 'RangeError', file: '', count: 1_000 },
  ])
})

test('what all objects have is not taken for what a text has', () => {
  const inherited =
    '{"version":1,"__proto__":{"device":"phone","views":[]},"views":[{"__proto__":{"route":"/"},"vitals":{"LCP":1}}]}'
  const read = readBeacon(inherited, routes)
  expect(read?.beacon).toEqual({
    version: 1,
    device: 'unknown',
    connection: 'unknown',
    views: [{ route: 'other', navigation: 'navigate', vitals: { LCP: 1 } }],
  })
  const named =
    '{"version":1,"device":"constructor","connection":"toString","views":[{"navigation":"valueOf","route":"/","vitals":{"LCP":1}}]}'
  expect(readBeacon(named, routes)?.beacon).toMatchObject({ device: 'unknown', connection: 'unknown' })
})

test('is no beacon: another version, no view that tells anything, no object, no JSON', () => {
  const texts = ['', '{', 'null', '[]', '7', '{}', '['.repeat(8_000), `{"version":1,"views":{}}`]
  texts.push(
    beaconOf().replace('"version":1', '"version":2'),
    beaconOf({ vitals: {} }),
    beaconOf({}, { views: [] }),
  )
  for (const text of texts) expect(readBeacon(text, routes)).toBeUndefined()
})

test('reads no more views and errors than a beacon may hold', () => {
  const views = Array.from({ length: 500 }, () => ({
    route: '/',
    navigation: 'navigate' as const,
    vitals: { LCP: 1 },
  }))
  expect(readBeacon(beaconOf({}, { views }), routes)?.beacon.views).toHaveLength(20)
  const errors = Array.from({ length: 500 }, () => ({ name: 'Error', file: '', count: 1 }))
  expect(viewOf(beaconOf({ errors }))?.errors).toHaveLength(10)
})

test('never throws, and what it reads is within its bounds, whatever JSON is sent', () => {
  const keys = fc.constantFrom(
    'version',
    'views',
    'route',
    'vitals',
    'LCP',
    'CLS',
    'errors',
    'tasks',
    'count',
    '__proto__',
  )
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(1, -1, 0, 1e308, true, null, '/', 'other', '__proto__', 'constructor', '\0'),
      fc.string(),
      fc.double(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  })).value
  fc.assert(
    fc.property(anything, anything, fc.nat(400), (view, views, cut) => {
      const whole = JSON.stringify({ version: 1, views: [view, ...(Array.isArray(views) ? views : [])] })
      for (const text of [whole, whole.slice(0, cut)]) {
        for (const { route, vitals } of readBeacon(text, routes)?.beacon.views ?? []) {
          expect(routes.has(route) || route === 'other').toBe(true)
          for (const value of Object.values(vitals)) expect(value >= 0 && value <= 60_000).toBe(true)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})
