import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaintsOf, launchBrowser } from '../src/browser.ts'
import { civicq } from '../src/civicq.ts'
import { type Started, startApp } from '../src/command.ts'
import { noSidewaysScroll } from '../src/console-page.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
const phone = { width: 390, height: 844 }
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

/** A page in a context of its own, whose complaints are collected. */
async function openPage(path: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext({ viewport: phone })).newPage()
  const complaints = complaintsOf(page)
  await page.goto(new URL(path, app.url).href)
  return { page, complaints }
}

test('a visitor goes from the cities to a candidate, on a phone, and nothing complains', async () => {
  const { page, complaints } = await openPage('/')
  const city = page.locator('main a[href^="/"]').first()
  const name = (await city.textContent())!
  await city.click()
  await page.locator('a[href^="/ballots/"]').first().click()
  await page.locator('a[href^="/contests/"]').first().click()
  await page.getByRole('heading', { name: 'Questions' }).waitFor()
  expect(await noSidewaysScroll(page)).toBe(true)
  await page.locator('a[href^="/candidates/"]').first().click()
  await page.waitForURL('**/candidates/*')
  await page.locator('h1').waitFor()
  expect(name.length).toBeGreaterThan(2)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a vote counts at once, is seen by somebody else at the next read, and a reload keeps the arrow', async () => {
  const { page, complaints } = await openPage('/sign-in?next=%2Fcontests%2F1')
  await page.getByLabel('Email').fill('voter-1@civicq.example')
  await page.getByLabel('Password').fill('civicq-demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/contests/1')
  const link = (await page.locator('a[href^="/questions/"]').first().getAttribute('href'))!
  const before = await scoreOf(link)
  const up = page
    .locator('li', { has: page.locator(`a[href="${link}"]`) })
    .getByRole('button', { name: /^Vote up/ })
  const wasUp = (await up.getAttribute('aria-pressed')) === 'true'
  const answered = page.waitForResponse((response) => response.url().endsWith('/vote'))
  await up.click()
  expect(await up.getAttribute('aria-pressed')).toBe(String(!wasUp))
  expect((await answered).status()).toBe(200)
  const after = await scoreOf(link)
  expect(after).not.toBe(before)

  await page.reload()
  const again = page.locator('li', { has: page.locator(`a[href="${link}"]`) })
  await again.locator(`button[aria-pressed="${!wasUp}"][aria-label^="Vote up"]`).waitFor()
  expect(await again.first().textContent()).toContain(after.toLocaleString('en-US'))
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the console says in a sentence how things are, and shows what was just asked', async () => {
  const { page, complaints } = await openPage('/_hotpath/')
  await page.getByRole('region', { name: 'Verdict' }).waitFor()
  expect((await page.getByRole('region', { name: 'Verdict' }).textContent())!.length).toBeGreaterThan(10)
  for (let times = 0; times < 30; times++) await civicq(app.url).get('/api/cities')
  // The overview has only the routes that take most of the time.
  await page.getByRole('navigation').getByRole('link', { name: 'Routes' }).click()
  await page.getByRole('row', { name: /\/api\/cities(?!\/)/ }).waitFor()
  expect(await noSidewaysScroll(page)).toBe(true)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the console is not for a page whose name was rebound, nor for what comes through a proxy', async () => {
  const forwarded = await fetch(`${app.url}/_hotpath/api/overview`, {
    headers: { 'x-forwarded-for': '10.0.0.1' },
  })
  expect(forwarded.status).toBe(403)
  const local = await fetch(`${app.url}/_hotpath/api/overview`)
  expect(local.status).toBe(200)
})

async function scoreOf(link: string): Promise<number> {
  const { body } = await civicq(app.url).get<{ score: number }>(`/api${link}`)
  return body.score
}
