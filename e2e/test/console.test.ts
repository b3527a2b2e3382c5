import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { paths } from '@hotpath/core'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  alert,
  alertsView,
  busyAlerts,
  busyOverview,
  routeRow,
  timeline,
} from '../../tools/console/test/busy-fixture.ts'
import { cachesReport } from '../../tools/console/test/caches-fixture.ts'
import { databaseReport } from '../../tools/console/test/database-fixture.ts'
import { quietOverview } from '../../tools/console/test/overview-fixture.ts'
import { routeDetail, trace, traces } from '../../tools/console/test/traces-fixture.ts'
import { launchBrowser } from '../src/browser.ts'
import { hotpath, type Started, startProxy } from '../src/command.ts'
import { type Answers, noSidewaysScroll, openScreen, violationsOf } from '../src/console-page.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
const worker = { pid: 4711, number: 1 }
const viewToken = 'for-those-who-look-only'
const phone = { width: 390, height: 844 }
let server: Started
let browser: Browser

beforeAll(async () => {
  expect((await hotpath(['build'])).code).toBe(0)
  // It serves the console as every application does, under the same policy; what its API says comes from here.
  server = await startProxy(['http://127.0.0.1:9'], {
    HOTPATH_FOLDER: folder.path,
    HOTPATH_VIEW_TOKEN: viewToken,
  })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  folder[Symbol.dispose]()
})

const full: Answers = {
  [paths.whoami]: { worker, role: 'administrator', by: 'this machine' },
  [paths.overview]: busyOverview(),
  [paths.alerts]: busyAlerts(),
  [paths.timeline]: timeline(),
  [paths.traces]: (url: URL) => (url.searchParams.has('id') ? trace() : traces()),
  [paths.route]: routeDetail(),
  [paths.cacheStats]: cachesReport(),
  [paths.database]: databaseReport(),
}
const empty: Answers = {
  ...full,
  [paths.overview]: quietOverview,
  [paths.alerts]: alertsView(),
  [paths.timeline]: timeline({ points: [], markers: [] }),
  [paths.traces]: traces({ traces: [] }),
  [paths.route]: routeDetail({
    statements: [],
    reasons: [],
    traces: [],
    declared: [],
    budgets: [],
    durations: [],
  }),
}
const all = (answer: null | number): Answers =>
  Object.fromEntries(Object.keys(full).map((path) => [path, path === paths.whoami ? full[path]! : answer]))

const open = (path: string, answers: Answers, context: BrowserContextOptions = {}) =>
  openScreen(browser, { origin: server.url, path, answers, context })

const route = encodeURIComponent('GET /api/ballots/:id')
const screens = [
  ['/', 'its budget is p95 < 50ms', 'Nothing stands out.'],
  ['/routes', '/api/ballots/:id/part-3', 'No route has answered'],
  [`/route?pattern=${route}`, 'a statement on votes took 31 ms', 'No budget is declared'],
  ['/alerts', '31 % of requests take longer', 'Nothing is wrong.'],
] as const

describe.each(screens)('%s', (path, says, saysNothing) => {
  test('shows what there is: accessible in light and dark, whole on a phone, and nothing complains', async () => {
    const { page, complaints, close } = await open(path, full, { colorScheme: 'light' })
    // In the screen: what is announced beside it may be there before.
    await page.locator('#content').getByText(says).first().waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violationsOf(page)).toEqual([])
    await page.setViewportSize(phone)
    expect(await noSidewaysScroll(page)).toBe(true)
    expect(complaints).toEqual([])
    await close()
  })

  test('says what is missing where there is nothing yet', async () => {
    const { page, complaints, close } = await open(path, empty)
    await page.getByText(saysNothing).first().waitFor()
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  test('says that it is loading, and what is wrong when the server cannot say', async () => {
    const waiting = await open(path, all(null))
    await waiting.page.locator('[aria-busy="true"]').first().waitFor()
    expect(waiting.complaints).toEqual([])
    await waiting.close()
    const failing = await open(path, all(500))
    // The screen comes after the frame, which says so, too.
    await failing.page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
    await failing.page.getByText('The database is on fire.').first().waitFor()
    expect(await violationsOf(failing.page)).toEqual([])
    await failing.close()
  })
})

test('ten thousand routes are searched and sorted with a small document', async () => {
  const routes = Array.from({ length: 10_000 }, (_, number) => routeRow(number))
  const { page, complaints, close } = await open('/routes', {
    ...full,
    [paths.overview]: busyOverview({ routes }),
  })
  const rows = page.locator('tbody tr')
  await rows.nth(10).waitFor()
  expect(await rows.count()).toBeLessThan(100)
  expect(await page.getByRole('table', { name: 'Routes' }).getAttribute('aria-rowcount')).toBe('10001')
  await page.getByRole('button', { name: 'p99' }).click()
  await page.getByRole('row', { name: /part-9999 / }).waitFor()
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await page.getByRole('row', { name: /part-0 / }).waitFor()
  await page.getByRole('searchbox', { name: 'Search Routes' }).fill('part-4242')
  await page.getByText('1 of 10,000').waitFor()
  expect(await violationsOf(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test('the last figures stay when the server goes away, and it is said; they go on when it is back', async () => {
  let away = false
  const overview = () => (away ? 0 : busyOverview())
  const { page, close } = await open('/', { ...full, [paths.overview]: overview })
  await page.getByRole('region', { name: 'Verdict' }).waitFor()
  away = true
  await page.getByText('Cannot reach the server').waitFor()
  expect(await page.getByRole('region', { name: 'Verdict' }).textContent()).toContain('p95 is 410ms')
  await expect.poll(() => page.title()).toMatch(/^\?/)
  away = false
  await page.getByRole('button', { name: 'Try now' }).first().click()
  await page.getByText('Cannot reach the server').waitFor({ state: 'detached' })
  await expect.poll(() => page.title()).toMatch(/^▲ Overview · civicq/)
  await close()
})

test('the keyboard goes everywhere: the palette, a route, the cursor of a chart; the time range goes along', async () => {
  const { page, complaints, close } = await open('/?from=-6h', full)
  await page.getByRole('region', { name: 'Verdict' }).waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox')
  await field.fill('part-7')
  await page.getByRole('option', { name: /part-7/ }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await field.press('Enter')
  await page.waitForURL(/route\?pattern=.*part-7.*from=-6h/)
  const cursor = page.getByRole('slider', { name: 'Response times: cursor' })
  await cursor.focus()
  await cursor.press('Home')
  await cursor.press('ArrowRight')
  await expect.poll(() => cursor.getAttribute('aria-valuenow')).toBe('1')
  expect(await cursor.getAttribute('aria-valuetext')).toContain('p95')
  await page.getByRole('button', { name: 'Last 15m' }).press('Enter')
  await page.waitForURL(/from=-15m/)
  await page.goBack()
  await page.waitForURL(/from=-6h/)
  expect(complaints).toEqual([])
  await close()
})

test('an alert that begins is told to those who listen, once', async () => {
  let firing = false
  const alerts = () => alertsView({ alerts: firing ? [alert()] : [] })
  const { page, close } = await open('/alerts', { ...full, [paths.alerts]: alerts })
  await page.getByText('Nothing is wrong.').waitFor()
  const told = page.locator('output').first()
  expect(await told.textContent()).toBe('')
  firing = true
  await expect.poll(() => told.textContent(), { timeout: 10_000 }).toBe(`Alert: ${alert().sentence}`)
  await close()
})

test('a silence is sent with its reason; who may only look cannot, and is told why', async () => {
  const { page, posted, close } = await open('/alerts', full)
  await page.getByLabel('Reason').fill('An index is being built')
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await expect.poll(() => posted.length).toBe(1)
  expect(posted[0]).toEqual({
    pathname: paths.alertSilence,
    body: { for: '30m', reason: 'An index is being built' },
  })
  await close()
  const viewer = { worker, role: 'viewer', by: 'token' }
  const looking = await open('/alerts', { ...full, [paths.whoami]: viewer })
  await looking.page.getByText('Read-only', { exact: true }).waitFor()
  const button = looking.page.getByRole('button', { name: 'Send a test' })
  expect(await button.isDisabled()).toBe(true)
  expect(await button.getAttribute('title')).toContain('only administrators')
  await looking.close()
})

test('a caller from elsewhere is asked for a token, and the read-only one opens it for looking', async () => {
  const context = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '10.0.0.9' } })
  const page = await context.newPage()
  await page.goto(server.console)
  await page.getByLabel('Token').fill('not the right one')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('That token was not accepted.').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.getByLabel('Token').fill(viewToken)
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('Read-only', { exact: true }).waitFor()
  await context.close()
})

test('a screen is saved as JSON, with the address it was seen at', async () => {
  const { page, close } = await open('/routes', full)
  await page.getByRole('table', { name: 'Routes' }).waitFor()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export JSON' }).click()
  const file = await (await saved).path()
  const { address, answers } = JSON.parse(readFileSync(file, 'utf8')) as {
    address: string
    answers: Record<string, { routes: unknown[] }>
  }
  expect(address).toContain('/_hotpath/routes')
  expect(answers[paths.overview]?.routes).toHaveLength(9)
  await close()
})

test('light or dark is chosen and kept', async () => {
  const { page, close } = await open('/alerts', full, { colorScheme: 'light' })
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const light = await ground()
  const button = page.getByRole('button', { name: /^Theme/ })
  await button.click()
  await button.click()
  const dark = await ground()
  expect(dark).not.toBe(light)
  await page.reload()
  await button.waitFor()
  expect(await ground()).toBe(dark)
  await close()
})

test('its pages run nothing inline and nothing from elsewhere, and are 90 kB at first', async () => {
  const page = await fetch(`${server.console}alerts`)
  expect(page.status).toBe(200)
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toContain('unsafe')
  const html = await page.text()
  const files = [...html.matchAll(/(?:src|href)="\/_hotpath\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, name]) => name!,
  )
  // A script and a style: pieces compress apart.
  expect(files).toHaveLength(2)
  const folder = fileURLToPath(new URL('../../tools/console/dist/', import.meta.url))
  const bytes = files.map((name) => brotliCompressSync(readFileSync(folder + name)).length)
  const whole = bytes.reduce((sum, size) => sum + size, brotliCompressSync(html).length)
  expect(whole).toBeLessThanOrEqual(90_000)
  const sent = await fetch(server.console + files[0]!, { headers: { 'accept-encoding': 'br' } })
  expect(sent.headers.get('content-encoding')).toBe('br')
  expect((await fetch(`${server.console}assets/gone.js`)).status).toBe(404)
})
