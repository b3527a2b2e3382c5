import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TagSpace, createTagSpace } from '@hotpath/cache'
import { type AnyServer, createHttpCache, type HttpCache, type HttpCacheOptions } from '@hotpath/http'
import type { Application, Framework } from './application.ts'
import { type Client, connect } from './client.ts'

/** One application of the contract, on a port of its own, with a client connected to it. */
export interface Running extends AsyncDisposable, Pick<Client, 'ask' | 'begin'> {
  readonly application: Application
  readonly cache: HttpCache
  readonly tags: TagSpace
  readonly port: number
  /** Requests that have come in, and that were closed again. */
  readonly seen: { arrived: number; closed: number }
  get(path: string, headers?: Record<string, string>): ReturnType<Client['ask']>
}

/** Builds and starts the contract's application in one framework. */
export async function start(
  { build, protocol }: Framework,
  options: Partial<HttpCacheOptions> = {},
): Promise<Running> {
  const tags = createTagSpace()
  const application: Application = { runs: 0, until: Promise.resolve(), isBroken: false }
  let made: HttpCache | undefined
  const server = await build(application, (routes) => (made = createHttpCache({ tags, routes, ...options })))
  const seen = watch(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = connect(protocol, port)
  return {
    application,
    cache: made!,
    tags,
    port,
    seen,
    ask: client.ask,
    begin: client.begin,
    get: (path, headers = {}) => client.ask(path, { headers }),
    async [Symbol.asyncDispose]() {
      client.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await tags.close()
    },
  }
}

/** Counts in front of the cache, where requests that wait for another's answer are seen, too. */
function watch(server: AnyServer): Running['seen'] {
  const seen = { arrived: 0, closed: 0 }
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
  const counting = (event: string | symbol, ...args: unknown[]) => {
    const isHeard = emit(event, ...args)
    if (event === 'request') {
      seen.arrived += 1
      ;(args[1] as ServerResponse).once('close', () => (seen.closed += 1))
    }
    return isHeard
  }
  Object.assign(server, { emit: counting })
  return seen
}
