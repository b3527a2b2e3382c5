import { startProxy } from '@hotpath/app'
import { exitCode } from '../exit-code.ts'
import { stopSignal } from '../stop-signal.ts'
import { print, printJson, say } from '../terminal.ts'

export interface ProxyCommandOptions {
  port: number
  address: string
  redis?: string
  json: boolean
}

/** Puts the HTTP cache in front of an origin, and keeps it there until it is told to stop. */
export async function proxy(origin: string, options: ProxyCommandOptions): Promise<number> {
  const stop = stopSignal()
  const { port, address, redis } = options
  const running = await startProxy({
    origin,
    port,
    address,
    ...(redis !== undefined && { redisUrl: redis }),
  })
  const console = `${running.url}/_hotpath/`
  if (options.json) printJson({ origin, url: running.url, console, pid: process.pid })
  else print(`\n  ${origin} is cached at ${running.url}/\n  Console      ${console}\n\n  Stop with Ctrl-C.\n`)
  await stop
  say('Stopping …')
  await running.close()
  return exitCode.ok
}
