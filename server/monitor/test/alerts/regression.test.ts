import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { History } from '../../src/alerts/history-file.ts'
import type { AlertRecord } from '../../src/alerts/records.ts'
import { compareVersions, standingOf } from '../../src/alerts/regression.ts'
import { openScene } from './scene.ts'

/** Keeps what is added, for the next version to read. */
function keptHistory(records: AlertRecord[] = []): History {
  return {
    records: [...records],
    add: (record) => void records.push(record),
    problem: () => null,
    close: async () => {},
  }
}

/** Times around a middle, the same at each call. */
const around = (ms: number) => [0.5, 0.7, 0.9, 1, 1, 1.1, 1.3, 1.6].map((times) => times * ms)
const minute = 60

test('a deploy that makes a route slower is an alert with its evidence, and ends when it is as fast as before', () => {
  const records: AlertRecord[] = []
  const traffic = (scene: ReturnType<typeof openScene>, minutes: number, ms: number) => {
    for (let count = 0; count < minutes; count++) {
      const drift = 1 + (count % 5) / 50
      scene.pass(minute, { times: around(ms * drift) }, { route: 'GET /b', times: around(5 * drift) })
    }
  }
  {
    using before = openScene({ version: '1.0', history: keptHistory(records) })
    traffic(before, 20, 20)
  }
  using scene = openScene({ version: '1.1', history: keptHistory(records), startAt: 1_700_010_000_000 })
  traffic(scene, 20, 30)
  expect(scene.told()).toEqual(['firing regression:GET /a'])
  const { alert } = scene.messages[0]!
  expect(alert!.sentence).toMatch(
    /^GET \/a: p\d\d is [\d.]+ ms since 1\.1, 1\.5\d* times what it was with 1\.0\.$/,
  )
  expect(alert!.evidence.join('\n')).toMatch(/between 1\.\d+ and 1\.\d+ .*requests/s)
  expect(scene.watch.events().map(({ kind, text }) => [kind, text])[0]).toEqual(['deploy', '1.1, after 1.0'])
  traffic(scene, 40, 20)
  expect(scene.told().at(-1)).toBe('resolved regression:GET /a')
})

test('the same version started again is no deploy', () => {
  const records: AlertRecord[] = []
  {
    using before = openScene({ version: '1.0', history: keptHistory(records) })
    before.pass(15 * minute, { times: around(20) })
  }
  using scene = openScene({ version: '1.0', history: keptHistory(records), startAt: 1_700_010_000_000 })
  scene.pass(15 * minute, { times: around(90) })
  expect([scene.messages, scene.watch.events()]).toEqual([[], []])
})

test('a version that is no slower than the one before is hardly ever called slower', () => {
  const noise = fc.array(fc.double({ min: 0.6, max: 1.7, noNaN: true }), { minLength: 8, maxLength: 40 })
  const figures = (values: readonly number[]) =>
    values.map((ms) => ({ requests: 50, p50Ms: ms, p95Ms: 2 * ms }))
  let slower = 0
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const comparison = compareVersions(figures(before), figures(after))
      if (comparison && standingOf(comparison) === 'over') slower += 1
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(slower).toBeLessThanOrEqual(3)
})

test('fewer than eight minutes of either version say nothing', () => {
  const figures = (count: number, ms: number) =>
    Array.from({ length: count }, () => ({ requests: 50, p50Ms: ms, p95Ms: ms }))
  expect(compareVersions(figures(7, 10), figures(30, 100))).toBeNull()
  expect(compareVersions(figures(30, 10), figures(7, 100))).toBeNull()
  expect(standingOf(compareVersions(figures(8, 10), figures(8, 100))!)).toBe('over')
})
