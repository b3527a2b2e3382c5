import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A node's way to Redis, on which replies can be held back and the connection that brings news can be broken. */
export interface Gate extends AsyncDisposable {
  url: string
  /** From now on replies wait; connections that only subscribe are let through. */
  hold(): void
  /** Whether a reply that contains `text` waits. */
  holds(text: string): boolean
  release(): void
  /** Breaks the connections that bring news, and refuses new ones of any kind until `allow`. */
  breakNews(): void
  allow(): void
  /** Connections that bring news. */
  newsConnections(): number
  /** Those of them that do nothing else. */
  subscribers(): number
  /** Bytes that came over those. */
  newsBytes(): number
}

interface Pair {
  client: Socket
  server: Socket
  /** What it is for, as far as its commands tell. */
  news: 'none' | 'only' | 'also'
  held: Buffer[]
}

export async function openGate(redisPort: number): Promise<Gate> {
  const pairs = new Set<Pair>()
  let holding = false
  let refusing = false
  let newsBytes = 0
  const listener = createServer({ noDelay: true }, (client) => {
    if (refusing) {
      client.destroy()
      return
    }
    const server = connect({ host: '127.0.0.1', port: redisPort, noDelay: true })
    const pair: Pair = { client, server, news: 'none', held: [] }
    pairs.add(pair)
    client.on('data', (chunk) => {
      pair.news = newsOf(chunk) ?? pair.news
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (pair.news === 'only') newsBytes += chunk.length
      if (holding && pair.news !== 'only') pair.held.push(chunk)
      else client.write(chunk)
    })
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const withNews = () => [...pairs].filter(({ news }) => news !== 'none')
  return {
    url: `redis://127.0.0.1:${(listener.address() as { port: number }).port}`,
    hold: () => void (holding = true),
    holds: (text) => [...pairs].some(({ held }) => Buffer.concat(held).includes(text)),
    release() {
      holding = false
      for (const { client, held } of pairs) for (const chunk of held.splice(0)) client.write(chunk)
    },
    breakNews() {
      refusing = true
      for (const { client, server } of withNews()) for (const socket of [client, server]) socket.destroy()
    },
    allow: () => void (refusing = false),
    newsConnections: () => withNews().length,
    subscribers: () => [...pairs].filter(({ news }) => news === 'only').length,
    newsBytes: () => newsBytes,
    async [Symbol.asyncDispose]() {
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

function newsOf(sent: Buffer): Pair['news'] | undefined {
  const text = sent.toString('latin1').toUpperCase()
  if (text.includes('SUBSCRIBE')) return 'only'
  // Ours hears of changes on the connection that carries its commands; TRACKING OFF comes with ON.
  return text.includes('TRACKING') ? 'also' : undefined
}
