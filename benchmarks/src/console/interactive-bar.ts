import { median } from '@hotpath/core'
import type { BarResult, SuiteContext } from '../suite.ts'
import type { Bench } from './start-bench.ts'

const mostMs = 1_000

/**
 * From the navigation to the first moment at which the verdict is on the screen and the main thread takes up new work:
 * cold, which is a new browser profile each time.
 */
export async function interactiveBar(
  { browser, console: address }: Bench,
  { quick, progress }: SuiteContext,
): Promise<BarResult> {
  const times: number[] = []
  for (let round = 0; round < (quick ? 3 : 5); round++) {
    progress(`cold load ${round + 1}`)
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await page.addInitScript(noteInteractive)
    await page.goto(address, { waitUntil: 'commit' })
    times.push(await page.evaluate<number>('window.interactive'))
    await context.close()
  }
  const ours = median(times)
  return {
    id: 'console-interactive',
    what: `The console interactive on a cold load, median of ${times.length}`,
    ours,
    peers: { longest: Math.max(...times) },
    unit: 'ms',
    ratio: ours / mostMs,
    bar: '< 1 s',
    holds: ours < mostMs,
  }
}

// As text: it runs in the page, whose types are not known here.
const noteInteractive = `
  window.interactive = new Promise((resolve) => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[aria-label="Verdict"]')) return
      seen.disconnect()
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
    })
    seen.observe(document, { childList: true, subtree: true })
  })`
