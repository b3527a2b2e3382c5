import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AppOptions, createHotpath, route, type RunningApp } from '@hotpath/app'

/** How long each request takes, in milliseconds: well over its budget. */
const workMs = 60

/** Does nothing, slowly, and is watched in short windows. */
export async function start({ port, host = '127.0.0.1', environment }: AppOptions): Promise<RunningApp> {
  const hotpath = await createHotpath({
    name: 'fleet-app',
    routes: [route('GET /work', { budget: 'p95 < 50ms' })],
    vitals: { pages: ['/'] },
    alerts: {
      timing: {
        every: '200ms',
        share: [{ long: '10s', short: '2s', times: 2 }],
        hold: '400ms',
        clear: '4s',
      },
      log: false,
    },
    fixes: { every: '1s' },
    environment,
  })
  const server = createServer((_, response) => {
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{}'), workMs)
  })
  hotpath.attach(server)
  await new Promise<void>((listening) => server.listen(port, host, listening))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      await hotpath.drain()
      server.closeAllConnections()
      await hotpath.close()
    },
  }
}
