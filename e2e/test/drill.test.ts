import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaintsOf, launchBrowser } from '../src/browser.ts'
import { drilledRoute, runDrill } from '../src/drill.ts'

/** The same rules over shorter windows: a minute is three seconds. */
const timing = {
  every: '250ms',
  share: [
    { long: '15s', short: '3s', times: 2 },
    { long: '3s', short: '1s', times: 6 },
  ],
  hold: '500ms',
  clear: '2s',
} as const

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('an index that is dropped under load: an alert fires, names route and database, and the fix; restored, it ends', async () => {
  const { calm, alert, verdict, fixes, history } = await runDrill({
    watch: { alerts: { timing, log: false }, fixes: { every: '3s' } },
    calmMs: 0,
    patienceMs: 30_000,
    async whileIll(url, [fix]) {
      const console = await browser.newPage()
      const complaints = complaintsOf(console)
      await console.goto(`${url}/_hotpath/`)
      await console
        .getByText(/GET \/api\/me\/votes: .*because of the database: .*question_votes/)
        .first()
        .waitFor()
      await console.getByText(fix!.title).first().waitFor()
      expect(complaints).toEqual([])
    },
  })
  expect(calm.fixes.filter(({ kind }) => kind === 'missing-index')).toEqual([])
  expect(alert).toMatchObject({ figure: 'latency', budget: 'p95 < 200ms' })
  expect(verdict.state).not.toBe('healthy')
  expect(verdict.sentence).toMatch(/^GET \/api\/me\/votes: .*because of the database: .*question_votes/)

  expect(fixes.length).toBeLessThanOrEqual(5)
  expect(fixes[0]).toMatchObject({
    kind: 'missing-index',
    route: drilledRoute,
    title: 'An index on question_votes (user_id, question_id) for GET /api/me/votes',
  })
  expect(fixes[0]!.savedMsPerSecond).toBeGreaterThan(0)
  expect(history[0]).toMatchObject({ kind: 'resolved' })
}, 120_000)
