import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A port of `host` that nobody listens on: all workers of a fleet are told the same one. */
export async function freePort(host: string | undefined): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
