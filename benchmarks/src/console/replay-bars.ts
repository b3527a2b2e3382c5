import { paths, type Overview } from '@hotpath/core'
import type { Browser } from 'playwright-core'
import type { BarResult, SuiteContext } from '../suite.ts'
import { busySnapshots } from './busy-snapshots.ts'
import { longestTask } from './longest-task.ts'
import type { Bench } from './start-bench.ts'

const mostMs = 50
const screens = [
  { id: 'console-replay-overview', name: 'overview', path: '' },
  { id: 'console-replay-routes', name: 'routes', path: 'routes' },
] as const

/** The longest task of the main thread while recorded snapshots are replayed once a second. */
export async function replayBars(
  { browser, console: address }: Bench,
  { quick, progress }: SuiteContext,
): Promise<BarResult[]> {
  const seconds = quick ? 8 : 30
  progress('recording 10,000 requests a second over 500 routes')
  const snapshots = busySnapshots(seconds)
  const bars: BarResult[] = []
  for (const { id, name, path } of screens) {
    progress(`replaying to the ${name}, ${seconds} s`)
    const { longestMs, tasks } = await replay(browser, { url: address + path, snapshots })
    bars.push({
      id,
      what: `Longest of ${tasks} main-thread tasks of the ${name}: ${snapshots[0]?.routes.length} routes at 10,000 requests/s, ${seconds} s at 1 Hz`,
      ours: longestMs,
      peers: {},
      unit: 'ms',
      ratio: longestMs / mostMs,
      bar: `≤ ${mostMs} ms`,
      holds: longestMs <= mostMs,
    })
  }
  return bars
}

async function replay(
  browser: Browser,
  { url, snapshots }: { url: string; snapshots: readonly Overview[] },
): Promise<{ longestMs: number; tasks: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const startedAt = Date.now()
  await page.route(`**${paths.overview}`, (route) => {
    const second = Math.floor((Date.now() - startedAt) / 1000)
    return route.fulfill({ json: snapshots[second % snapshots.length] })
  })
  await page.goto(url)
  await page.getByRole('table', { name: 'Routes' }).waitFor()
  // The start is the business of another bar.
  await page.waitForTimeout(2_000)
  const measured = await longestTask(browser, { page, forMs: snapshots.length * 1_000 })
  await context.close()
  return measured
}
