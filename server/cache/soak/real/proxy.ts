import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to Redis that can be blocked. */
export interface Proxy {
  port: number
  /** Holds back what comes, in one direction or both; the connections stay open. */
  stall(direction: 'requests' | 'replies' | 'both'): void
  /** Lets what was held back and all that follows pass. */
  flow(): void
  /** Ends all connections at once, with what is on its way. */
  cut(): void
  /** New connections are refused, or let through again. */
  refuse(refusing: boolean): void
  close(): Promise<void>
}

export async function startProxy(to: () => number): Promise<Proxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let stalled = { requests: false, replies: false }
  let refusing = false

  function apply({ client, server }: { client: Socket; server: Socket }): void {
    if (stalled.requests) client.pause()
    else client.resume()
    if (stalled.replies) server.pause()
    else server.resume()
  }
  const listener = createServer({ noDelay: true }, (client) => {
    if (refusing) {
      client.destroy()
      return
    }
    const server = connect({ host: '127.0.0.1', port: to(), noDelay: true })
    const pair = { client, server }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    client.on('data', (chunk) => void server.write(chunk))
    server.on('data', (chunk) => void client.write(chunk))
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    apply(pair)
  })
  const everywhere = () => {
    for (const pair of pairs) apply(pair)
  }
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  return {
    port: (listener.address() as { port: number }).port,
    stall(direction) {
      stalled = { requests: direction !== 'replies', replies: direction !== 'requests' }
      everywhere()
    },
    flow() {
      stalled = { requests: false, replies: false }
      everywhere()
    },
    cut,
    refuse: (value) => void (refusing = value),
    async close() {
      cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}
