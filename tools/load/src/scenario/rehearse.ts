import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createStep } from './step.ts'
import { createTransport } from '../http/transport.ts'

const requests = 1_200
const atATime = 16

/**
 * Sends some thousand requests to a server of its own, within the process. Compiling the client's parser and its hot
 * code takes milliseconds, by which the first measured requests would be sent late.
 */
export async function rehearse(): Promise<void> {
  const server = createServer((_request, response) => response.end('{}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const transport = createTransport({
    origin: `http://127.0.0.1:${port}`,
    cap: atATime,
    keepAlive: true,
    insecure: false,
    timeoutMs: 1000,
  })
  const step = createStep('rehearsal', { method: 'GET', path: '/' }, {})
  let left = requests
  const next = () => {
    if (left-- > 0) transport.send(step, { due: performance.now(), keepsAnswer: false, onSettled: next })
  }
  for (let index = 0; index < atATime; index++) next()
  await transport.drained()
  transport.destroy()
  server.close()
  server.closeAllConnections()
}
