import { chromiumFlags, findChromium } from '../chromium.ts'

/** What a browser measured of one cold load, in milliseconds since the navigation began. */
export interface PageTiming {
  /** Largest Contentful Paint. */
  lcp: number
  /** The end of the last task over 50 ms, or the first paint when there was none. */
  interactive: number
}

/** Runs in the page before anything of it. */
const observe = `
  window.timing = { lcp: 0, busyUntil: 0 }
  new PerformanceObserver((list) => { for (const e of list.getEntries()) timing.lcp = e.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const e of list.getEntries()) timing.busyUntil = e.startTime + e.duration })
    .observe({ type: 'longtask', buffered: true })
`
const collect = `({
  lcp: timing.lcp,
  interactive: Math.max(timing.busyUntil, performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN),
})`

/**
 * Times `loads` first visits to `url` in Chromium, each with an empty cache, until the network is idle.
 * Without a browser the answer says why.
 */
export async function timePage(url: string, loads: number): Promise<PageTiming[] | { reason: string }> {
  const executablePath = findChromium()
  if (!executablePath) return { reason: 'no Chromium is installed (apt-get install chromium)' }
  const playwright = await import('playwright-core').catch(() => null)
  if (!playwright) return { reason: 'playwright-core is not installed (npm install playwright-core)' }
  const browser = await playwright.chromium.launch({ executablePath, args: [...chromiumFlags] })
  try {
    const timings: PageTiming[] = []
    for (let load = 0; load < loads; load++) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.addInitScript({ content: observe })
      await page.goto(url, { waitUntil: 'networkidle' })
      timings.push(await page.evaluate<PageTiming>(collect))
      await context.close()
    }
    return timings
  } finally {
    await browser.close()
  }
}
