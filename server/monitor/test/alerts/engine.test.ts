import fc from 'fast-check'
import { expect, test } from 'vitest'
import { many, openScene } from './scene.ts'

const slow = 'latency:GET /a:p95 < 200ms'

test('a route that becomes slow fires within a minute, with route, cause and figures, and ends when it is well again', () => {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' } })
  scene.pass(600, { times: many(10, 20) })
  expect(scene.state(slow)).toBe('ok')
  const from = scene.now()
  const ill = { times: many(10, 400), statement: { tables: ['votes'], ms: 380 } }
  while (scene.messages.length === 0 && scene.now() - from < 60_000) scene.pass(5, ill)
  expect(scene.told()).toEqual([`firing ${slow}`])
  const { alert } = scene.messages[0]!
  expect(alert).toMatchObject({ severity: 'page', route: 'GET /a', state: 'firing', budget: 'p95 < 200ms' })
  expect(alert!.sentence).toMatch(
    /^GET \/a: \d+ % of requests take longer than 200 ms; p95 < 200ms allows 5 %, because of the database: statements on votes take \d+ % of the time\.$/,
  )
  expect(alert!.evidence.join('\n')).toMatch(/of \d+ .* in 1 min, .*380 ms each: select \* from votes/s)
  scene.pass(300, { times: many(10, 20) })
  expect(scene.told()).toEqual([`firing ${slow}`, `resolved ${slow}`])
  scene.pass(16 * 60, { times: many(10, 20) })
  expect(scene.watch.view().alerts).toEqual([])
})

test('a route that hardly answers any more fires within a minute, however many were quick before', () => {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' } })
  scene.pass(300, { times: many(300, 20) })
  scene.pass(5)
  scene.pass(55, { times: many(3, 4_000) })
  expect(scene.told()).toEqual([`firing ${slow}`])
  expect(scene.messages[0]!.alert).toMatchObject({ severity: 'page' })
})

test('what is pending for less than it must hold is told to nobody', () => {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' }, timing: { hold: '40s' } })
  scene.pass(300, { times: many(10, 20) })
  scene.pass(30, { times: many(10, 400) })
  expect(scene.state(slow)).toBe('pending')
  scene.pass(120, { times: many(40, 20) })
  expect([scene.state(slow), scene.messages]).toEqual(['ok', []])
})

test('a handful of requests rings nobody, however slow they are', () => {
  using scene = openScene({ routes: { 'GET /a': ['p95 < 200ms', 'errors < 1%', 'hit > 80%'] } })
  for (let minute = 0; minute < 18; minute++) {
    scene.pass(1, { times: many(1, 9_000), status: 500 })
    scene.pass(59)
  }
  expect(scene.messages).toEqual([])
  expect(scene.state(slow)).toBe('too few requests')
})

test('whatever the traffic, a promise that is kept in every second fires nothing', () => {
  const second = fc.record({ good: fc.nat(60), extra: fc.nat(3) })
  fc.assert(
    fc.property(fc.array(second, { minLength: 60, maxLength: 240 }), (seconds) => {
      using scene = openScene({ routes: { 'GET /a': ['p95 < 200ms', 'errors < 5%'] } })
      for (const { good, extra } of seconds) {
        const bad = Math.min(extra, Math.floor(good / 19))
        scene.pass(1, { times: many(good, 10) }, { times: many(bad, 500), status: 503 })
      }
      expect(scene.messages).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('failures burn: 14.4 times what is allowed is a page at once, and an application without a target has 1 %', () => {
  using scene = openScene()
  scene.pass(3_600, { times: many(10, 20) })
  scene.pass(120, { times: many(10, 20) }, { times: many(10, 20), status: 500 })
  expect(scene.told()).toEqual([])
  scene.pass(600, { times: many(10, 20) }, { times: many(10, 20), status: 500 })
  expect(scene.told()).toEqual(['firing errors:all:errors < 1%'])
  expect(scene.messages[0]!.alert).toMatchObject({ severity: 'page' })
  // Five minutes are enough for the fast pair; the slower one looks back half an hour.
  scene.pass(2_400, { times: many(20, 20) })
  expect(scene.told().at(-1)).toBe('resolved errors:all:errors < 1%')
})

test('a slow burn over days is a ticket', () => {
  using scene = openScene({ targets: ['errors < 1%'], timing: { every: '1m' } })
  const hour = () => {
    for (let minute = 0; minute < 60; minute++) {
      scene.pass(1, { times: many(98, 20) }, { times: many(2, 20), status: 500 })
      scene.pass(59)
    }
  }
  hour()
  expect(scene.told()).toEqual([])
  for (let hours = 0; hours < 6; hours++) hour()
  expect(scene.messages.map(({ event, alert }) => [event, alert?.severity])).toEqual([['firing', 'ticket']])
})

test('hits that become fewer fire after five minutes', () => {
  using scene = openScene({ targets: ['hit > 80%'] })
  scene.pass(300, { times: many(9, 1), cache: 'hit' }, { times: many(1, 9) })
  scene.pass(180, { times: many(5, 1), cache: 'hit' }, { times: many(5, 9) })
  expect(scene.told()).toEqual(['firing hit:all:hit > 80%'])
  expect(scene.messages[0]!.alert!.sentence).toBe(
    'All requests: only 50 % of lookups are hits; hit > 80% is promised.',
  )
})

test('what fires together is told once, by the worst that names a route; what is left is told when that one ends', () => {
  const budget = 'p95 < 200ms'
  using scene = openScene({ routes: { 'GET /a': budget, 'GET /b': budget }, targets: [budget] })
  const well = [{ times: many(10, 20) }, { route: 'GET /b', times: many(10, 20) }]
  scene.pass(300, ...well)
  scene.pass(120, { times: many(10, 900) }, { route: 'GET /b', times: many(10, 400) })
  expect(scene.told()).toHaveLength(1)
  expect(scene.messages[0]).toMatchObject({ alert: { id: slow } })
  expect(scene.messages[0]!.related.map(({ route }) => route)).toEqual(['GET /b', null])
  const { alerts } = scene.watch.view()
  expect(alerts.map(({ id, partOf }) => [id, partOf])).toEqual([
    [slow, null],
    [`latency:GET /b:${budget}`, slow],
    [`latency:all:${budget}`, slow],
  ])
  expect(scene.watch.firing().map(({ id }) => id)).toEqual([slow])
  scene.pass(240, well[0]!, { route: 'GET /b', times: many(10, 400) })
  expect(scene.told().slice(1)).toEqual([`resolved ${slow}`, `firing latency:GET /b:${budget}`])
})

test('a silenced alert is shown and not sent, until the silence ends', () => {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' } })
  scene.watch.silence({ rule: null, route: 'GET /a', forMs: 400_000, reason: 'migration' })
  scene.pass(300, { times: many(10, 400) })
  const [alert] = scene.watch.view().alerts
  expect(alert).toMatchObject({ state: 'firing', silence: expect.any(String) })
  expect([scene.messages, scene.watch.firing()]).toEqual([[], []])
  scene.pass(110, { times: many(10, 400) })
  expect(scene.told()).toEqual([`firing ${slow}`])
})

test('a silence of no length ends the one before', () => {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' } })
  const wish = { rule: slow, route: null, reason: 'deploy' }
  scene.watch.silence({ ...wish, forMs: 60_000 })
  expect(scene.watch.view().silences).toHaveLength(1)
  scene.watch.silence({ ...wish, forMs: 0 })
  expect(scene.watch.view().silences).toEqual([])
})

test('promises that this process cannot see are listed with the reason, and never fire', () => {
  using scene = openScene({ targets: ['page < 2s', 'rate >= 50000/s', 'latency max < 1s'] })
  scene.pass(300, { times: many(10, 5_000) })
  const unwatched = scene.watch.view().rules.filter(({ state }) => state === 'not watched')
  expect(unwatched.map(({ budget }) => budget)).toEqual(['page < 2s', 'rate >= 50000/s', 'latency max < 1s'])
  expect(unwatched.every(({ reason }) => reason.length > 20)).toBe(true)
  expect(scene.messages).toEqual([])
})
