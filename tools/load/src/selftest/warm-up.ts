import { Agent, get } from 'node:http'

const requests = 600
const atATime = 16

/**
 * Asks a server of this process until its code is compiled: what a cold one takes to accept a connection and to come to its
 * handler, some 10 ms for the first few, is in nobody's log.
 */
export async function warmUp(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atATime })
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent }, (response) => response.resume().once('end', resolve)).once(
        'error',
        reject,
      )
    })
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (let asked = 0; asked < requests / atATime; asked++) await ask()
    }),
  )
  agent.destroy()
}
