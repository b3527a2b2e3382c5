import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { launchBrowser } from '../e2e/src/browser.ts'
import { hotpath, startApp } from '../e2e/src/command.ts'

const devices = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } }
const screens = [
  ['overview', ''],
  ['routes', 'routes'],
  ['route', `route?pattern=${encodeURIComponent('GET /api/contests/:id/questions')}`],
  ['caches', 'caches'],
  ['database', 'database'],
  ['vitals', 'vitals'],
  ['loads', 'loads'],
  ['capacity', 'capacity'],
  ['alerts', 'alerts'],
] as const

interface Picture {
  url: string
  viewport: { width: number; height: number }
  light: 'light' | 'dark'
}

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
  for (const [name, path] of screens) {
    for (const [device, viewport] of Object.entries(devices)) {
      await take(`console-${name}-${device}`, { url: app.console + path, viewport, light: 'light' })
    }
  }
  for (const [device, viewport] of Object.entries(devices)) {
    await take(`console-overview-${device}-dark`, { url: app.console, viewport, light: 'dark' })
  }
  await take('civicq', { url: `${app.url}/contests/1`, viewport: devices.phone, light: 'light' })
  await browser.close()

  async function take(name: string, { url, viewport, light }: Picture): Promise<void> {
    const page = await browser.newPage({
      viewport,
      deviceScaleFactor: 1.5,
      reducedMotion: 'reduce',
      colorScheme: light,
    })
    await page.goto(url)
    await page.locator('h1').first().waitFor({ state: 'attached' })
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 10_000 })
    await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {}) // The console never stops asking.
    await page.screenshot({ path: `docs/pictures/${name}.png` })
    await page.close()
    console.log(`docs/pictures/${name}.png`)
  }
} finally {
  await app.stop()
  rmSync(folder, { recursive: true, force: true })
}
