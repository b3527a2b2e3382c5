import { chromiumFlags, findChromium } from 'hotpath/chromium'
import { chromium, type Browser, type Page } from 'playwright-core'

/** Debian's Chromium, with more flags where they are wanted. */
export async function launchBrowser(...flags: string[]): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium is installed. Run: sudo apt-get install -y chromium')
  return chromium.launch({ executablePath, args: [...chromiumFlags, ...flags] })
}

/** Collects what the page complains about; a test ends with this list being empty. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}
