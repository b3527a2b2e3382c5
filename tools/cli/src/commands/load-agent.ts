import { startAgent } from '@hotpath/load/fleet'
import { scenarioModule } from '../load/drive.ts'
import { stopSignal } from '../stop-signal.ts'
import { exitCode } from '../exit-code.ts'
import { printJson, say } from '../terminal.ts'

export interface LoadAgentOptions {
  port: number
  host: string
  token?: string
  workers: number
  json: boolean
}

/** Lends this host's generators to coordinators elsewhere, until it is stopped. */
export async function loadAgent({ port, host, token, workers, json }: LoadAgentOptions): Promise<number> {
  const stopped = stopSignal()
  await using agent = await startAgent({
    port,
    host,
    token: token ?? process.env.HOTPATH_LOAD_TOKEN ?? '',
    workers,
    module: scenarioModule,
    onEvent: say,
  })
  if (json) printJson({ host, port: agent.port, workers })
  say(`This agent lends ${workers} generators at ${host}:${agent.port}. Ctrl-C ends it.`)
  await stopped
  return exitCode.ok
}
