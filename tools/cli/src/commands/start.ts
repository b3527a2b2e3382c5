import { type AppFolder, findApp, loadApp, loadScenarios } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { buildPages } from '../pages/build-pages.ts'
import { createProgressBars, print, printJson, say } from '../terminal.ts'
import { stopSignal } from '../stop-signal.ts'
import { startVisitors } from '../visitors.ts'

export interface StartOptions {
  port: number
  host: string
  scale: number
  visitors: boolean
  reset: boolean
  json: boolean
}

/** Starts an application with its console, seeded, and keeps it running until it is told to stop. */
export async function start(name: string | undefined, options: StartOptions): Promise<number> {
  const app = findApp(name)
  const bars = createProgressBars()
  await buildPages(bars.report)
  const module = await loadApp(app)
  const stop = stopSignal()
  const running = await module.start({
    port: options.port,
    host: options.host,
    scale: options.scale,
    reset: options.reset,
    environment: process.env,
    onProgress: bars.report,
  })
  bars.end()
  const visitors = options.visitors ? await visit(app, running.url) : null
  announce(app, running.url, options)
  await stop
  say('Stopping …')
  await visitors?.stop()
  await running.close()
  return exitCode.ok
}

async function visit(app: AppFolder, origin: string): Promise<{ stop(): Promise<void> }> {
  return startVisitors(await loadScenarios(app), origin)
}

function announce(app: AppFolder, url: string, { json, visitors }: StartOptions): void {
  const console = `${url}/_hotpath/`
  if (json) return printJson({ app: app.name, url, console, pid: process.pid })
  print(`\n  ${app.name} is running${process.env.HOTPATH === 'off' ? ' (the layer is off)' : ''}\n`)
  print(`  Application  ${url}/`)
  print(`  Console      ${console}`)
  print(`\n  ${visitors ? 'A few synthetic visitors are browsing. ' : ''}Stop with Ctrl-C.\n`)
}
