import { type Alerts, paths, type Role } from '@hotpath/core'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cachesReport,
  keyExplanation,
  keyGroup,
  purgePreview,
  urlExplanation,
} from '../../tools/console/test/caches-fixture.ts'
import { capacity, headroom } from '../../tools/console/test/capacity-fixture.ts'
import { databaseHealth, databaseReport, statement } from '../../tools/console/test/database-fixture.ts'
import {
  loadComparison,
  loadRun,
  loads,
  runSummary,
  underWay,
} from '../../tools/console/test/loads-fixture.ts'
import { quietOverview } from '../../tools/console/test/overview-fixture.ts'
import { vitalsReport } from '../../tools/console/test/vitals-fixture.ts'
import { launchBrowser } from '../src/browser.ts'
import { hotpath, type Started, startProxy } from '../src/command.ts'
import { type Answers, noSidewaysScroll, openScreen, violationsOf } from '../src/console-page.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
const worker = { pid: 4711, number: 1 }
const phone = { width: 390, height: 844 }
let proxy: Started
let browser: Browser

beforeAll(async () => {
  expect((await hotpath(['build'])).code).toBe(0)
  // It serves the console as every application does, under the same policy; what its API says comes from here.
  proxy = await startProxy(['http://127.0.0.1:9'], { HOTPATH_FOLDER: folder.path })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await proxy?.stop()
  folder[Symbol.dispose]()
})

const points = Array.from({ length: 60 }, (_, index) => ({
  at: index * 60_000,
  ms: 60_000,
  requests: 100,
  errors: 0,
  p50Ms: 2,
  p95Ms: 9,
  p99Ms: 20,
  hit: 0.9,
  statements: 10,
  bytes: 1e6,
}))
const noAlerts = {
  worker,
  now: 0,
  alerts: [],
  rules: [],
  history: [],
  silences: [],
  sinks: [],
  version: { name: '1', since: 0 },
} satisfies Alerts

const shell: Answers = {
  [paths.overview]: quietOverview,
  [paths.alerts]: noAlerts,
  [paths.cachePurge]: { acknowledged: true },
  [paths.whoami]: { worker, role: 'administrator' satisfies Role, by: 'this machine' },
}
const full: Answers = {
  [paths.cacheStats]: cachesReport(),
  [paths.cachePreview]: purgePreview,
  [paths.cacheExplain]: keyExplanation,
  [paths.httpExplain]: urlExplanation,
  [paths.timeline]: { worker, now: 0, from: 0, to: 1, route: null, since: 0, points, markers: [] },
  [paths.database]: databaseReport(),
  [paths.databaseHealth]: databaseHealth(),
  [paths.vitals]: vitalsReport(),
  [paths.loads]: loads({ current: underWay }),
  [paths.loadRun]: loadRun(),
  [paths.loadCompare]: loadComparison(),
  [paths.capacity]: capacity(),
}

/** A screen whose API answers as is said; other paths answer as `shell`. */
const open = (path: string, answers: Answers, context: BrowserContextOptions = {}) =>
  openScreen(browser, { origin: proxy.url, path, answers: { ...shell, ...answers }, context })

const screens = [
  ['/caches?explain=%2Fapi%2Fballots%2F12', 'Served from memory.'],
  ['/database?statement=f1', 'Seq Scan on votes'],
  ['/vitals?by=device', 'LCP p75 is 2.84s'],
  ['/loads', 'Under way: read-mix'],
  ['/loads/run?id=x', 'p95 6.1ms at 199/s'],
  ['/loads/compare?a=b&b=c', 'p95 +21.0%'],
  ['/capacity', 'The event loop is used up at 445/s'],
] as const

describe.each(screens)('%s', (path, says) => {
  test('shows what there is: accessible in light and dark, whole on a phone, and nothing complains', async () => {
    const { page, complaints } = await open(path, full, { colorScheme: 'light' })
    await page.getByText(says).first().waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violationsOf(page)).toEqual([])
    await page.setViewportSize(phone)
    expect(await noSidewaysScroll(page)).toBe(true)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('says that it is loading, and why there is nothing when the server cannot say', async () => {
    const nothing: Answers = Object.fromEntries(Object.keys(full).map((name) => [name, null]))
    const waiting = await open(path, nothing)
    await waiting.page.locator('[aria-busy="true"]').first().waitFor()
    expect(waiting.complaints).toEqual([])
    await waiting.page.context().close()
    const broken: Answers = Object.fromEntries(Object.keys(full).map((name) => [name, 500]))
    const failing = await open(path, broken)
    await failing.page.getByText('The database is on fire.').first().waitFor()
    expect(await violationsOf(failing.page)).toEqual([])
    await failing.page.context().close()
  })
})

const empty: Answers = {
  [paths.cacheStats]: cachesReport({ objects: [], off: [] }),
  [paths.timeline]: { ...(full[paths.timeline] as object), points: [] },
  [paths.database]: databaseReport({
    statements: [],
    repeats: [],
    router: null,
    sizing: null,
    kind: 'pglite',
  }),
  [paths.databaseHealth]: databaseHealth({ findings: [], hitRatio: null }),
  [paths.vitals]: vitalsReport({
    all: {},
    targets: [],
    routes: [],
    rows: [],
    elements: [],
    tasks: [],
    errors: [],
    slowest: [],
  }),
  [paths.loads]: loads({ runs: [], scenarios: [], whyNot: 'The hotpath command is not installed.' }),
  [paths.loadRun]: loadRun({
    verdict: 'FAILED',
    reasons: ['The shop is closed.'],
    histogram: [],
    server: null,
  }),
  [paths.loadCompare]: loadComparison({ verdict: 'INVALID', metrics: [] }),
  [paths.capacity]: capacity({
    plan: null,
    headroom: headroom({ resources: [], slices: 0, saturation: { refused: 'too few' } }),
  }),
}

test.each([
  ['/caches', 'No object was read yet.'],
  ['/database', 'No statement was sent yet.'],
  ['/vitals', 'No views yet'],
  ['/loads', 'No load was driven from here yet.'],
  ['/loads/run?id=x', 'The shop is closed.'],
  ['/loads/compare?a=b&b=c', 'The runs share no figure.'],
  ['/capacity', 'No plan was saved.'],
])('%s says what is missing where there is nothing yet', async (path, says) => {
  const { page, complaints } = await open(path, empty)
  await page.getByText(says).first().waitFor()
  expect(await violationsOf(page)).toEqual([])
  expect(complaints).toEqual([])
  await page.context().close()
})

const many = <T>(make: (index: number) => T, count = 10_000) =>
  Array.from({ length: count }, (_, index) => make(index))

test.each([
  [
    '/caches',
    'Key groups',
    {
      [paths.cacheStats]: cachesReport({
        objects: [{ ...cachesReport().objects[0]!, groups: many((n) => keyGroup({ name: `group-${n}` })) }],
      }),
    },
  ],
  [
    '/database',
    'Statements',
    {
      [paths.database]: databaseReport({ statements: many((n) => statement({ fingerprint: `f${n}` }), 200) }),
    },
  ],
  [
    '/vitals',
    'Web vitals of routes',
    {
      [paths.vitals]: vitalsReport({
        routes: many((n) => ({ ...vitalsReport().routes[0]!, route: `GET /r/${n}` })),
      }),
    },
  ],
  [
    '/loads',
    'Load runs',
    { [paths.loads]: loads({ runs: many((n) => runSummary({ id: `r${n}`, startedAt: n }), 100) }) },
  ],
])('%s keeps the document small however much there is', async (path, table, answers) => {
  const { page, complaints } = await open(path, { ...full, ...answers })
  const rows = page.getByRole('table', { name: table, exact: true }).getByRole('row')
  // Only rows near the window are there.
  await rows.first().scrollIntoViewIfNeeded()
  await page.mouse.wheel(0, 600)
  await rows.nth(3).waitFor()
  expect(await page.locator('tr').count()).toBeLessThan(300)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a purge is previewed, confirmed with the keyboard, and then sent', async () => {
  const { page, posted } = await open('/caches', full)
  await page.getByLabel('Tags').fill('ballot:12')
  await page.getByRole('button', { name: 'Preview' }).press('Enter')
  await page.getByText('33 would be dropped from the memory of this process.').waitFor()
  expect(posted).toEqual([])
  await page.getByRole('button', { name: 'Purge…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Purge everywhere?' })
  await dialog.waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(posted).toEqual([])
  await page.getByRole('button', { name: 'Purge…' }).click()
  await dialog.getByRole('button', { name: 'Purge', exact: true }).press('Enter')
  await page.getByText('Purged, in all processes.').waitFor()
  expect(posted).toEqual([{ pathname: paths.cachePurge, body: { tags: ['ballot:12'] } }])
  await page.context().close()
})

test('a run is started as the form says; who may only look is told so', async () => {
  const { page, posted } = await open('/loads', { ...full, [paths.loads]: loads() })
  await page.getByLabel('Arrivals per second').fill('120')
  await page.getByLabel('Seconds').fill('15')
  await page.getByRole('button', { name: 'Start' }).press('Enter')
  await expect.poll(() => posted.length).toBe(1)
  expect(posted[0]).toEqual({
    pathname: paths.loadStart,
    body: { scenario: 'read-mix', rate: 120, durationMs: 15_000, budgets: ['p95 < 200ms', 'errors < 1%'] },
  })
  await page.context().close()
  const viewer = { worker, role: 'viewer' satisfies Role, by: 'token' }
  const looking = await open('/loads', { ...full, [paths.whoami]: viewer })
  await looking.page.getByText('Under way: read-mix').waitFor()
  await expect.poll(() => looking.page.getByRole('button', { name: /^Stop/ }).isDisabled()).toBe(true)
  expect(await looking.page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true)
  await looking.page.context().close()
})

test('two marked runs are compared, the older as A', async () => {
  const { page } = await open('/loads', full)
  const boxes = page.getByRole('checkbox')
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  await page.getByRole('button', { name: 'Compare the two' }).click()
  await page.getByText('B is worse').waitFor()
  const { searchParams } = new URL(page.url())
  expect([searchParams.get('a'), searchParams.get('b')]).toEqual(['b', runSummary().id])
  await page.context().close()
})
