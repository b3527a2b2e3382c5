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
  /**
   * From now on the requests of those that are connected are taken and kept. `part` cuts them off; what was kept
   * reaches Redis when `deliver` is called, long after its senders began anew.
   */
  keepRequests(): KeptRequests
  /** New connections are refused, or let through again. */
  refuse(refusing: boolean): void
  close(): Promise<void>
}

export interface KeptRequests {
  /** How many bytes are kept. */
  bytes(): number
  part(): void
  /** Resolves when Redis has read them, or has closed their connections. */
  deliver(): Promise<void>
}

interface Pair {
  client: Socket
  server: Socket
  /** Requests that wait to be delivered; null: they are passed on. */
  kept: Buffer[] | null
}

export async function startProxy(to: () => number): Promise<Proxy> {
  const pairs = new Set<Pair>()
  let stalled = { requests: false, replies: false }
  let refusing = false

  function apply({ client, server }: Pair): void {
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
    const pair: Pair = { client, server, kept: null }
    pairs.add(pair)
    const end = () => {
      client.destroy()
      // What is kept is for Redis alone.
      if (pair.kept !== null && !server.destroyed) return
      pairs.delete(pair)
      server.destroy()
    }
    client.on('data', (chunk) => {
      if (pair.kept === null) server.write(chunk)
      else pair.kept.push(chunk)
    })
    server.on('data', (chunk) => void client.write(chunk))
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    apply(pair)
  })
  /** Redis closes when it has read to the end. */
  async function deliver(pair: Pair): Promise<void> {
    const { server, kept } = pair
    pair.kept = null
    if (server.destroyed) return
    // Not `once` of node:events, which rejects where Redis resets the connection.
    const closed = new Promise((resolve) => void server.once('close', resolve))
    server.end(Buffer.concat(kept ?? []))
    server.resume()
    await closed
  }
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
    keepRequests() {
      const keeping = [...pairs].filter(({ client }) => !client.destroyed)
      for (const pair of keeping) pair.kept = []
      return {
        part() {
          for (const { client } of keeping) client.destroy()
        },
        bytes: () => Buffer.concat(keeping.flatMap(({ kept }) => kept ?? [])).length,
        async deliver() {
          await Promise.all(keeping.map(deliver))
          for (const pair of keeping) pairs.delete(pair)
        },
      }
    },
    refuse: (value) => void (refusing = value),
    async close() {
      cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}
