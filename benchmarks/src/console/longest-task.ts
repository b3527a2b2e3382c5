import type { Browser, Page } from 'playwright-core'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds. */
  dur?: number
  args?: { name?: string }
}

/** The longest task of a page's main thread within `forMs`, and how many there were: from Chromium's own trace. */
export async function longestTask(
  browser: Browser,
  { page, forMs }: { page: Page; forMs: number },
): Promise<{ longestMs: number; tasks: number }> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await page.waitForTimeout(forMs)
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[]
  }
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name === 'RunTask' && mainThreads.has(`${pid}:${tid}`),
  )
  if (tasks.length === 0) throw new Error('The trace holds no task of a main thread.')
  return { longestMs: Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1_000, tasks: tasks.length }
}
