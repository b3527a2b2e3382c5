import http, { type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type Serving, serve } from '../serving.ts'
import { open } from './connection.ts'

const head = 'GET /item HTTP/1.1\r\nHost: a.test\r\n'
const request = `${head}\r\n`

/** A server whose hits are answered from the socket, and which looks at late requests often. */
function serveWatched(listener: RequestListener): Promise<Serving> {
  return serve(listener, {
    build(cache) {
      const server = http.createServer({ connectionsCheckingInterval: 20, headersTimeout: 300 }, listener)
      cache.attach(server, { fastPath: true })
      return server
    },
  })
}

const cached = (body: () => string): RequestListener => {
  return (_request, response) => {
    response.writeHead(200, { 'Cache-Control': 'max-age=3600', 'Content-Type': 'text/plain' })
    response.end(body())
  }
}

/** Sends a head that never ends, byte by byte, after `answered` whole requests; what it was told until it was closed. */
function dribble(port: number, answered: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
    .setEncoding('latin1')
    .on('error', () => {})
  let told = ''
  socket.on('data', (part: string) => (told += part))
  socket.write(`${request.repeat(answered)}${head}X-Slow: `)
  const dribbling = setInterval(() => socket.write('a'), 20)
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(dribbling)
      resolve(told)
    })
  })
}

test('Heads that never end are answered 408 and closed, fresh connections and used ones, while others are served', async () => {
  await using app = await serveWatched(cached(() => 'item'))
  await app.get('/item', { host: 'a.test' })
  const all = { over: false }
  const slow = Promise.all(Array.from({ length: 120 }, (_, index) => dribble(app.port, index % 3)))
  const told = slow.finally(() => (all.over = true))
  await using visitor = await open(app)
  let served = 0
  while (!all.over) {
    expect(await visitor.ask(request, 'item')).toContain('hotpath; hit')
    served += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  for (const [index, text] of (await told).entries()) {
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual([
      ...Array.from({ length: index % 3 }, () => 'HTTP/1.1 200'),
      'HTTP/1.1 408',
    ])
  }
  expect(served).toBeGreaterThan(3)
})

const batch = 8
const digits = 6

/** Asks again and again, several requests at a time; calls `judge` with each version that came and what was due. */
async function flood(
  socket: Socket,
  due: () => number,
  judge: (came: number, due: number) => void,
): Promise<void> {
  let text = ''
  let least = due()
  socket.write(request.repeat(batch))
  for await (const part of socket) {
    text += String(part)
    const bodies = text.match(/\r\n\r\nv\d{6}/g) ?? []
    if (bodies.length < batch) continue
    for (const body of bodies) judge(Number(body.slice(-digits)), least)
    text = ''
    least = due()
    socket.write(request.repeat(batch))
  }
}

test('Purges during a flood: nothing older than an acknowledged purge is answered to a request sent after it', async () => {
  let version = 1
  await using app = await serveWatched(cached(() => `v${String(version).padStart(digits, '0')}`))
  let acknowledged = 1
  const count = { answers: 0 }
  const late: string[] = []
  const sockets = Array.from({ length: 12 }, () =>
    connect({ port: app.port, host: '127.0.0.1' })
      .setEncoding('latin1')
      .on('error', () => {}),
  )
  const floods = sockets.map((socket) =>
    flood(
      socket,
      () => acknowledged,
      (came, due) => {
        count.answers += 1
        if (came < due) late.push(`${came} where ${due} was due`)
      },
    ),
  )
  for (let round = 0; round < 150; round++) {
    version += 1
    await app.cache.purge('/item')
    acknowledged = version
    const enough = count.answers + 40
    while (count.answers < enough) await new Promise(setImmediate)
  }
  for (const socket of sockets) socket.destroy()
  await Promise.allSettled(floods)
  expect(late).toEqual([])
  // Most were answered from the store, or this would say nothing.
  expect(app.cache.stats().hits).toBeGreaterThan(count.answers / 2)
})
