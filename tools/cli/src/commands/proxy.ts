import { type RunningProxy, startProxy } from '@hotpath/app'
import { type Bytes, type Duration, HotpathError } from '@hotpath/core'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { stopSignal } from '../stop-signal.ts'
import { print, printJson, say } from '../terminal.ts'

export interface ProxyCommandOptions {
  port: number
  address: string
  redis?: string
  policy?: string
  memory: Bytes
  heuristic: boolean
  host?: 'client' | 'origin'
  trustForwarded: boolean
  tlsCert?: string
  tlsKey?: string
  connections: number
  timeout: Duration
  accessLog?: string
  accessLogFormat: 'combined' | 'json'
  json: boolean
}

/** Puts the HTTP cache in front of an origin, and keeps it there until it is told to stop. */
export async function proxy(origin: string, options: ProxyCommandOptions): Promise<number> {
  const stop = stopSignal()
  const running = await startProxy(startOptions(origin, options))
  obeySignals(running)
  announce(origin, running, options)
  await stop
  say('Finishing what is under way …')
  await running.close()
  return exitCode.ok
}

function startOptions(origin: string, options: ProxyCommandOptions): Parameters<typeof startProxy>[0] {
  const { port, address, policy, memory, heuristic, host, trustForwarded, redis, connections } = options
  return {
    origin,
    port,
    address,
    heuristic,
    trustForwarded,
    connections,
    headersTimeout: options.timeout,
    memory,
    ...(policy !== undefined && { policy }),
    ...(host !== undefined && { host }),
    ...(redis !== undefined && { redisUrl: redis }),
    ...tlsOf(options),
    ...(options.accessLog !== undefined && {
      accessLog: { path: options.accessLog, format: options.accessLogFormat },
    }),
  }
}

function tlsOf({ tlsCert, tlsKey }: ProxyCommandOptions): { tls?: { cert: string; key: string } } {
  if (tlsCert === undefined && tlsKey === undefined) return {}
  if (tlsCert !== undefined && tlsKey !== undefined) return { tls: { cert: tlsCert, key: tlsKey } }
  throw cliErrors.HP_OPTION_INVALID({
    option: tlsCert === undefined ? '--tls-cert' : '--tls-key',
    given: '',
    expected: 'a PEM file; the certificate and its key go together',
  })
}

/** SIGHUP: the policy and the TLS files are read again. SIGUSR2: the access log was renamed. */
function obeySignals(running: RunningProxy): void {
  const obey = (what: string, run: () => Promise<void>) => () => {
    run().then(
      () => say(`${what}: done.`),
      (error: unknown) => say(`${what}: nothing was changed. ${messageOf(error)}`),
    )
  }
  process.on('SIGHUP', obey('Reading policy and certificates again', running.reload))
  process.on('SIGUSR2', obey('Opening the access log again', running.reopenLog))
}

function messageOf(error: unknown): string {
  if (error instanceof HotpathError) return `${error.what} ${error.fix} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}

function announce(origin: string, { url }: RunningProxy, { json, policy }: ProxyCommandOptions): void {
  const console = `${url}/_hotpath/`
  if (json) return printJson({ origin, url, console, pid: process.pid })
  print(`\n  Cached       ${url}/\n  Origin       ${origin}\n  Console      ${console}`)
  if (policy !== undefined) print(`  Policy       ${policy}; after a change: kill -HUP ${process.pid}`)
  print(`\n  Why is something cached, or not?  npx hotpath why ${url}/\n  Stop with Ctrl-C.\n`)
}
