import type { Vitals } from '@hotpath/core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaintsOf, launchBrowser } from '../src/browser.ts'
import { type Started, startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'
import { senderScript } from '../src/sender-script.ts'

const folder = scratchFolder()
let app: Started
let browser: Browser

beforeAll(async () => {
  app = await startApp(['civicq', '--scale', '0.1', '--no-visitors'], {
    HOTPATH_FOLDER: folder.path,
    DATABASE_URL: '',
    HOTPATH: 'on',
  })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  folder[Symbol.dispose]()
})

const vitals = async (): Promise<Vitals> =>
  (await (await fetch(new URL('/_hotpath/api/vitals', app.url))).json()) as Vitals

/** The report, as soon as it holds what is waited for. */
async function vitalsOnce(holds: (report: Vitals) => boolean): Promise<Vitals> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const report = await vitals()
    if (holds(report)) return report
    if (Date.now() > deadline) throw new Error(`It never came: ${JSON.stringify(report, null, 1)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Opened {
  page: Page
  complaints: string[]
  /** What Server-Timing said, by trace. */
  timings: Map<string, string>
}

async function openPage(path: string): Promise<Opened> {
  const page = await (await browser.newContext()).newPage()
  const complaints = complaintsOf(page)
  const timings = new Map<string, string>()
  page.on('response', (response) => {
    const said = response.headers()['server-timing'] ?? ''
    const trace = /trace;desc="(.*?)"/.exec(said)?.[1]
    if (trace !== undefined) timings.set(trace, said)
  })
  await page.goto(new URL(path, app.url).href)
  await page.locator('h1').waitFor()
  return { page, complaints, timings }
}

const databaseMsOf = (serverTiming: string): number | null => {
  const said = /db;dur=([\d.]+)/.exec(serverTiming)?.[1]
  return said === undefined ? null : Number(said)
}

/** Keeps the page busy for a while when its heading is clicked. */
const hangOnClick = (page: Page, ms: number) =>
  page.evaluate<void>(`document.querySelector('h1').addEventListener('click', () => {
    const end = performance.now() + ${ms}
    while (performance.now() < end);
  })`)

/** Until the browser has shown what came of an interaction, and told it. */
const settled = (page: Page) =>
  page.evaluate<void>(`new Promise((resolve) =>
    requestAnimationFrame(() => requestIdleCallback(() => setTimeout(resolve, 300))))`)

const of = (report: Vitals, route: string) =>
  report.routes.find((each) => each.route === route && each.kind === 'load')?.vitals

test('who leaves a page has told what it was like: LCP, INP and CLS, by its route', async () => {
  const { page, complaints, timings } = await openPage('/contests/1')
  await hangOnClick(page, 250)
  await page.locator('h1').click()
  await settled(page)
  expect((await vitals()).intake.accepted).toBe(0)
  await page.goto('about:blank')

  const report = await vitalsOnce((report) => of(report, '/contests/:id')?.INP !== undefined)
  const told = of(report, '/contests/:id')!
  expect(told.LCP).toMatchObject({ count: 1 })
  expect(told.LCP!.p75).toBeGreaterThan(0)
  expect(told.CLS).toMatchObject({ count: 1 })
  expect(told.TTFB).toMatchObject({ count: 1 })
  expect(told.INP!.p75).toBeGreaterThanOrEqual(240)
  expect(report.elements.find(({ vital }) => vital === 'INP')?.selector).toMatch(/h1/)
  expect(report.tasks).toMatchObject([{ route: '/contests/:id' }])
  expect(report.rows[0]).toMatchObject({ device: 'desktop' })
  // The answer that the paint waited for longest, be it the document or data, as its own Server-Timing told it.
  const slowest = report.slowest[0]!
  const said = timings.get(slowest.trace!)!
  expect(said).toContain(`cache;desc="${slowest.cache}"`)
  expect(slowest.databaseMs).toBe(databaseMsOf(said))
  expect(report.intake).toMatchObject({ malformed: 0, foreign: 0, unknownRoutes: 0 })
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a tab that is closed, and one whose page goes on to others, tell it too', async () => {
  const before = (await vitals()).intake.accepted
  const { page, complaints } = await openPage('/')
  await page.locator('main a[href^="/"]').first().click()
  await page.waitForURL((url) => url.pathname !== '/')
  await page.locator('a[href^="/ballots/"]').first().click()
  await page.waitForURL('**/ballots/*')
  await settled(page)
  await page.context().close()
  const report = await vitalsOnce(
    ({ intake, routes }) => intake.accepted > before && routes.some(({ route }) => route === '/'),
  )
  expect(of(report, '/')?.LCP).toMatchObject({ count: 1 })
  const shown = new Set(report.routes.map(({ route }) => route))
  expect([...shown].every((route) => ['/', '/:city', '/ballots/:id', '/contests/:id'].includes(route))).toBe(
    true,
  )
  expect(complaints).toEqual([])
})

test('a view that begins with a click is told apart from the page load before it', async () => {
  const script = await senderScript(['/soft/:view'])
  const html = `<h1>Before</h1><button>Go on</button><script>${script}</script><script>
    document.querySelector('button').onclick = () => {
      history.pushState({}, '', '/soft/after')
      document.body.insertAdjacentHTML('beforeend', '<p style="font-size: 60px">${'After. '.repeat(40)}</p>')
    }</script>`
  const page = await (await browser.newContext()).newPage()
  await page.route('**/soft/*', (route) => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto(new URL('/soft/before', app.url).href)
  await settled(page)
  await page.locator('button').click()
  await settled(page)
  await page.goto('about:blank')
  // The application did not declare it. Soft views of its own routes come from other tests, some of them late.
  const view = ({ routes }: Vitals) =>
    routes.find(({ route, kind, vitals }) => route === 'other' && kind === 'soft' && vitals.LCP && vitals.FCP)
  const report = await vitalsOnce((report) => view(report) !== undefined)
  expect(view(report)!.vitals).toMatchObject({ LCP: { count: 1 }, FCP: { count: 1 } })
  await page.context().close()
})

test.each<[string, (page: Page) => Promise<unknown>]>([
  ['the tab is closed', (page) => page.close()],
  ['the browser’s process for it dies', (page) => page.goto('chrome://crash').catch(() => {})],
  // The last: the page that is loaded then tells of itself when nobody waits for it.
  ['the page is loaded anew', (page) => page.reload()],
])('LCP and CLS arrive when %s', async (_, leave) => {
  const counts = (report: Vitals) => {
    const told = of(report, '/:city')
    return { LCP: told?.LCP?.count ?? 0, CLS: told?.CLS?.count ?? 0 }
  }
  const before = counts(await vitals())
  const { page } = await openPage('/springfield')
  await settled(page)
  await leave(page)
  const report = await vitalsOnce((report) => counts(report).LCP > before.LCP)
  expect(counts(report).CLS).toBeGreaterThan(before.CLS)
  await page.context().close()
})

test('a browser that cannot hold a report back sends it when the page is hidden', async () => {
  const before = of(await vitals(), '/sign-in')?.LCP?.count ?? 0
  const context = await browser.newContext()
  await context.addInitScript('delete globalThis.fetchLater')
  const page = await context.newPage()
  await page.goto(new URL('/sign-in', app.url).href)
  await page.locator('h1').waitFor()
  await settled(page)
  await page.goto('about:blank')
  const report = await vitalsOnce((report) => (of(report, '/sign-in')?.LCP?.count ?? 0) > before)
  expect(of(report, '/sign-in')).toMatchObject({ CLS: {}, TTFB: {} })
  await context.close()
})

test('an error that nobody caught is counted by its kind and file, without what it says', async () => {
  const { page } = await openPage('/sign-in')
  await page.evaluate(`setTimeout(() => { throw new RangeError('voter-1@civicq.example') })`)
  await settled(page)
  await page.goto('about:blank')
  const report = await vitalsOnce(({ errors }) => errors.length > 0)
  expect(report.errors).toMatchObject([{ route: '/sign-in', name: 'RangeError', count: 1 }])
  expect(JSON.stringify(report)).not.toContain('voter-1')
  await page.context().close()
})

test('the overview shows what visitors tell', async () => {
  const overview = (await (await fetch(new URL('/_hotpath/api/overview', app.url))).json()) as {
    tiles: { id: string; value: number | null }[]
  }
  expect(overview.tiles.find(({ id }) => id === 'vitals')?.value).toBeGreaterThan(0)
})
