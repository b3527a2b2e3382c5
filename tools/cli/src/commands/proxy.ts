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
  shadow: boolean
  fastPath: boolean
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
  void warnOfRedis(running)
  await stop
  say('Finishing what is under way …')
  await running.close()
  return exitCode.ok
}

function startOptions(origin: string, options: ProxyCommandOptions): Parameters<typeof startProxy>[0] {
  const { port, address, policy, memory, heuristic, shadow, host, trustForwarded, redis, connections } =
    options
  return {
    origin,
    port,
    address,
    heuristic,
    shadow,
    trustForwarded,
    connections,
    headersTimeout: options.timeout,
    memory,
    ...(options.fastPath && { fastPath: true }),
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

/** SIGHUP: the policy and the TLS files are read again. */
function obeySignals({ reload }: RunningProxy): void {
  process.on('SIGHUP', () => {
    reload().then(
      () => say('The policy and the certificates were read again.'),
      (error: unknown) => say(`Nothing was changed. ${messageOf(error)}`),
    )
  })
}

/** A mistyped address would otherwise be found out by nobody: answers are right without Redis, only not shared. */
async function warnOfRedis({ redisProblem }: RunningProxy): Promise<void> {
  const problem = await redisProblem()
  if (problem !== null) say(`Until Redis answers, this proxy caches for itself alone. It is ${problem}`)
}

function messageOf(error: unknown): string {
  if (error instanceof HotpathError) return `${error.what} ${error.fix} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}

function announce(
  origin: string,
  { url, console }: RunningProxy,
  { json, policy }: ProxyCommandOptions,
): void {
  if (json) return printJson({ origin, url, console, pid: process.pid })
  print(
    `\n  Cached       ${url}/\n  Origin       ${origin}\n  Console      ${console ?? 'not built here: npx hotpath build, then start this again'}`,
  )
  if (policy !== undefined) print(`  Policy       ${policy}; after a change: kill -HUP ${process.pid}`)
  print(`\n  Why is something cached, or not?  npx hotpath why ${url}/\n  Stop with Ctrl-C.\n`)
}
