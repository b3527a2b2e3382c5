import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../../e2e/src/browser.ts'
import { hotpath, startApp } from '../../../e2e/src/command.ts'
import { scratchFolder } from '../../../e2e/src/scratch.ts'
import type { SuiteContext } from '../suite.ts'

/** CivicQ with its console, and a browser. */
export interface Bench extends AsyncDisposable {
  /** The console's address, `http://…/_hotpath/`. */
  console: string
  browser: Browser
  /** Where Lighthouse reaches the browser. */
  debuggingPort: number
}

/** Starts both; CivicQ has answered something, so that there is something to show. */
export async function startBench({ progress }: SuiteContext): Promise<Bench> {
  await using opened = new AsyncDisposableStack()
  progress('starting CivicQ and Chromium')
  const built = await hotpath(['build'])
  if (built.code !== 0) throw new Error(`The pages could not be built: ${built.stderr}`)
  const folder = opened.use(scratchFolder())
  const app = await startApp(['civicq', '--scale', '0.1', '--no-visitors'], {
    HOTPATH_FOLDER: folder.path,
    DATABASE_URL: '',
    REDIS_URL: '',
  })
  opened.defer(async () => void (await app.stop()))
  const debuggingPort = await freePort()
  const browser = await launchBrowser(`--remote-debugging-port=${debuggingPort}`)
  opened.defer(() => browser.close())
  for (let times = 0; times < 200; times++) await (await fetch(`${app.url}/api/cities`)).arrayBuffer()
  const running = opened.move()
  return {
    console: app.console,
    browser,
    debuggingPort,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
