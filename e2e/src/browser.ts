import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Debian's Chromium, quiet: it must not look for anything outside. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = executables.find((path) => existsSync(path))
  if (!executablePath) throw new Error('No Chromium is installed. Run: sudo apt-get install -y chromium')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
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
