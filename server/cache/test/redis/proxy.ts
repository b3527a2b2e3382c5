import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Stands between a client and a port of this machine, until the test ends. */
export interface Proxy {
  port: number
  /** Takes what either side says and stays silent. */
  swallow(): void
  /** Keeps what the server says. */
  hold(): void
  /** What is kept, as text. */
  held(): string
  /** Passes on, what is kept first and in one piece. */
  passOn(): void
}

export async function startProxy(target: number): Promise<Proxy> {
  let mode: 'passing' | 'swallowing' | 'holding' = 'passing'
  let kept: { to: Socket; bytes: Buffer }[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (mode === 'holding' && from === upstream) kept.push({ to, bytes })
        else if (mode !== 'swallowing') to.write(bytes)
      })
      from.on('close', () => to.destroy())
      from.on('error', () => {})
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    port: (server.address() as { port: number }).port,
    swallow: () => void (mode = 'swallowing'),
    hold: () => void (mode = 'holding'),
    held: () => Buffer.concat(kept.map(({ bytes }) => bytes)).toString(),
    passOn() {
      mode = 'passing'
      for (const to of new Set(kept.map((one) => one.to)))
        to.write(Buffer.concat(kept.filter((one) => one.to === to).map(({ bytes }) => bytes)))
      kept = []
    },
  }
}
