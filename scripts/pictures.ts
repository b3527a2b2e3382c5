import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { launchBrowser } from '../e2e/src/browser.ts'
import { hotpath, startApp } from '../e2e/src/command.ts'

/** `npm run pictures`: takes the README's pictures anew from the running application. */
const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-pictures-'))
mkdirSync('docs/pictures', { recursive: true })
const app = await startApp(['civicq'], { HOTPATH_FOLDER: folder, DATABASE_URL: '' })
try {
  await hotpath([
    'load',
    'civicq/read-mix',
    '--origin',
    app.url,
    '--rate',
    '120',
    '--duration',
    '75s',
    '--json',
  ])
  const browser = await launchBrowser()
  await take('console', app.console, { width: 1280, height: 800 })
  await take('civicq', `${app.url}/contests/1`, { width: 390, height: 844 })
  await browser.close()

  async function take(name: string, url: string, viewport: { width: number; height: number }): Promise<void> {
    const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, reducedMotion: 'reduce' })
    await page.goto(url)
    await page.locator('h1').first().waitFor({ state: 'attached' })
    await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {}) // The console never stops asking.
    await page.screenshot({ path: `docs/pictures/${name}.png` })
    await page.close()
    console.log(`docs/pictures/${name}.png`)
  }
} finally {
  await app.stop()
  rmSync(folder, { recursive: true, force: true })
}
