import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import { type SocketMessage, workChannels } from '@hotpath/core'
import { expect, onTestFinished, test } from 'vitest'
import { proxyBefore } from './proxying.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const handshake = [
  'GET /socket?a=1 HTTP/1.1',
  'Host: shop.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n')

/** Agrees to every WebSocket and sends back what it hears. */
function echoing(): http.Server {
  return http.createServer().on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(
      `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    )
    socket.on('error', () => {})
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\nX-Seen: ${request.url} ${request.headers.host} ${String(request.headers['x-forwarded-for'])}\r\n\r\n`,
    )
    socket.pipe(socket)
  })
}

function hearing(socket: net.Socket): () => string {
  let text = ''
  socket.setEncoding('latin1').on('data', (part) => (text += part))
  return () => text
}

test('both ends of a WebSocket talk to each other, the first bytes included', async () => {
  await using proxying = await proxyBefore(echoing())
  const client = net.connect(proxying.port, '127.0.0.1')
  const heard = hearing(client)
  client.write(`${handshake}early`)
  await expect.poll(heard).toContain('early')
  expect(heard()).toMatch(/^HTTP\/1\.1 101 /)
  expect(heard()).toContain('X-Seen: /socket?a=1 shop.example 127.0.0.1')
  expect(heard()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  client.write('late')
  await expect.poll(heard).toContain('earlylate')
  client.destroy()
})

test('tells those who listen when a WebSocket opens and closes', async () => {
  const told: SocketMessage[] = []
  const hear = (message: unknown) => void told.push(message as SocketMessage)
  subscribe(workChannels.socket, hear)
  onTestFinished(() => void unsubscribe(workChannels.socket, hear))
  await using proxying = await proxyBefore(echoing())
  const client = net.connect(proxying.port, '127.0.0.1')
  client.write(handshake)
  await once(client, 'data')
  expect(told).toEqual([{ endpoint: 'proxied', event: 'opened' }])
  client.destroy()
  await expect.poll(() => told).toHaveLength(2)
  expect(told[1]).toMatchObject({ endpoint: 'proxied', event: 'closed', durationMs: expect.any(Number) })
})

test('either end that goes away takes the other with it', async () => {
  const origin = echoing()
  const atOrigin: net.Socket[] = []
  origin.on('upgrade', (_, socket) => atOrigin.push(socket as net.Socket))
  await using proxying = await proxyBefore(origin)
  const first = net.connect(proxying.port, '127.0.0.1')
  first.write(handshake)
  await once(first, 'data')
  first.destroy()
  await expect.poll(() => atOrigin[0]?.destroyed).toBe(true)
  const second = net.connect(proxying.port, '127.0.0.1').on('error', () => {})
  second.write(handshake)
  await once(second, 'data')
  atOrigin[1]!.destroy()
  await once(second, 'close')
})

test('an origin that declines answers as it would any request', async () => {
  const origin = http.createServer((_, response) => response.writeHead(403).end('no sockets'))
  await using proxying = await proxyBefore(origin)
  const answer = await proxying.raw(handshake)
  expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  expect(answer).toContain('no sockets')
})

test('an origin that is away is 502 here too, and other upgrades are ordinary requests', async () => {
  const origin = http.createServer((request, response) => response.end(`plain ${request.headers.upgrade}`))
  await using proxying = await proxyBefore(origin)
  const h2c = await proxying.raw(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
  )
  expect(h2c).toMatch(/^HTTP\/1\.1 200 /)
  expect(h2c).toContain('plain undefined')
  origin.closeAllConnections()
  await new Promise((resolve) => origin.close(resolve))
  expect(await proxying.raw(handshake)).toMatch(/^HTTP\/1\.1 502 /)
  await new Promise<void>((resolve) => origin.listen(0, resolve))
})
