import { existsSync } from 'node:fs'

/** Chromium without a sandbox of its own, and quiet: it must not look for anything outside. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The path of the browser that this machine has, if it has one. */
export const findChromium = (): string | undefined => places.find((path) => existsSync(path))
