import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { complaintsOf } from './browser.ts'

/** What the API answers, by path: JSON, a status; null never answers. A function is asked each time. */
export type Answers = Record<string, Said | ((url: URL) => Said)>
type Said = object | number | null

/** An open screen of the console. */
export interface OpenScreen {
  page: Page
  complaints: string[]
  /** What was posted, oldest first. */
  posted: { pathname: string; body: unknown }[]
  close: () => Promise<void>
}

interface ScreenOptions {
  /** Where the console is served. */
  origin: string
  /** Below `/_hotpath`. */
  path: string
  answers: Answers
  context?: BrowserContextOptions
}

/** Opens a screen whose API answers as is said; the page and its files are the server's. */
export async function openScreen(browser: Browser, options: ScreenOptions): Promise<OpenScreen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options.context })
  const page = await context.newPage()
  const posted: OpenScreen['posted'] = []
  await page.route('**/_hotpath/api/**', async (route) => {
    const request = route.request()
    const url = new URL(request.url())
    const { pathname } = url
    const given = options.answers[pathname]
    const answer = typeof given === 'function' ? (given as (url: URL) => Said)(url) : given
    if (request.method() === 'POST') {
      posted.push({ pathname, body: request.postDataJSON() as unknown })
      return route.fulfill({ json: answer ?? {} })
    }
    if (answer === null) return
    if (typeof answer === 'object') return route.fulfill({ json: answer })
    if (answer === 0) return route.abort()
    await route.fulfill({ status: answer ?? 404, json: { detail: 'The database is on fire.' } })
  })
  const complaints = complaintsOf(page)
  await page.goto(new URL(`/_hotpath${options.path}`, options.origin).href)
  return { page, complaints, posted, close: () => context.close() }
}

/** What axe finds wrong, each with the first element. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  )
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)
}

/** Whether the page is no wider than its window. */
export const noSidewaysScroll = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
