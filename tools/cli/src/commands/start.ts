import { openFleetServices } from '@hotpath/app'
import { type AppFolder, findApp, loadApp, loadScenarios } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { portOfEnvironment } from '../listening-port.ts'
import { buildPages } from '../pages/build-pages.ts'
import { createProgressBars, print, printJson, type ProgressBars, say } from '../terminal.ts'
import { stopSignal } from '../stop-signal.ts'
import { startVisitors } from '../visitors.ts'
import { startFleet } from '../workers/fleet.ts'

export interface StartOptions {
  /** @default what PORT says, or 4000 */
  port?: number
  host: string
  scale: number
  /** How many processes. */
  workers: number
  visitors: boolean
  reset: boolean
  fastPath: boolean
  json: boolean
}

type Placed = StartOptions & { port: number }

/** An application that runs, in one process or in several. */
interface Running {
  url: string
  /** Empty where this process is the only one. */
  workers: number[]
  /** What was started for this run and ends with it. */
  temporary: string[]
  close(): Promise<void>
}

/** Starts an application with its console, seeded, and keeps it running until it is told to stop. */
export async function start(name: string | undefined, options: StartOptions): Promise<number> {
  const app = findApp(name)
  const port = options.port ?? portOfEnvironment(process.env)
  const bars = createProgressBars()
  await buildPages(bars.report)
  const stop = stopSignal()
  const running = await (options.workers > 1 ? startMany : startHere)(app, { ...options, port }, bars)
  bars.end()
  const visitors = options.visitors ? await visit(app, running.url) : null
  announce(app, running, options)
  await stop
  say('Stopping …')
  await visitors?.stop()
  await running.close()
  return exitCode.ok
}

async function startHere(app: AppFolder, options: Placed, bars: ProgressBars): Promise<Running> {
  const { port, host, scale, reset } = options
  const module = await loadApp(app)
  const { url, close } = await module.start({
    port,
    host,
    scale,
    reset,
    environment: { ...process.env, ...saidBy(options) },
    onProgress: bars.report,
  })
  return { url, close, workers: [], temporary: [] }
}

/** What the command line says goes before what the environment says. */
const saidBy = ({ fastPath }: StartOptions): { HOTPATH_FAST_PATH?: string } =>
  fastPath ? { HOTPATH_FAST_PATH: 'on' } : {}

async function startMany(app: AppFolder, options: Placed, bars: ProgressBars): Promise<Running> {
  const { port, host, scale, reset, workers: count } = options
  const onProgress = bars.report
  const services = await openFleetServices({ environment: process.env, app: app.name, count, onProgress })
  const start = { port, host, scale, reset }
  try {
    const environment = { ...services.environment, ...saidBy(options) }
    const fleet = await startFleet({ app, count, start, environment, onProgress, say })
    return {
      url: fleet.url,
      workers: fleet.pids(),
      temporary: services.temporary,
      async close() {
        await fleet.stop()
        await services.close()
      },
    }
  } catch (error) {
    await services.close()
    throw error
  }
}

async function visit(app: AppFolder, origin: string): Promise<{ stop(): Promise<void> }> {
  return startVisitors(await loadScenarios(app), origin)
}

function announce(app: AppFolder, running: Running, { json, visitors }: StartOptions): void {
  const { url, workers, temporary } = running
  const console = `${url}/_hotpath/`
  if (json) {
    const many = workers.length > 0 && { workers, temporary }
    return printJson({ app: app.name, url, console, pid: process.pid, ...many })
  }
  print(`\n  ${app.name} is running${process.env.HOTPATH === 'off' ? ' (the layer is off)' : ''}\n`)
  print(`  Application  ${url}/`)
  print(`  Console      ${console}`)
  if (workers.length > 0) {
    print(`  Workers      ${workers.length} processes (${workers.join(', ')}); the console shows all of them`)
  }
  if (temporary.length > 0) print(`  For this run ${temporary.join(' and ')}; the data ends with it`)
  print(`\n  ${visitors ? 'A few synthetic visitors are browsing. ' : ''}Stop with Ctrl-C.\n`)
}
