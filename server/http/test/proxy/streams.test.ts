import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { byHand, proxyBefore } from './proxying.ts'

test('an answer is passed on while it is made', async () => {
  const { promise: seen, resolve: see } = Promise.withResolvers<void>()
  const origin = http.createServer((_, response) => {
    response.write('first')
    void seen.then(() => response.end('second'))
  })
  await using proxying = await proxyBefore(origin)
  const request = http.get({ port: proxying.port, host: '127.0.0.1' })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const [first] = await once(response, 'data')
  expect(String(first)).toBe('first')
  see()
  const [second] = await once(response, 'data')
  expect(String(second)).toBe('second')
})

test('a body is passed on while it comes', async () => {
  const origin = http.createServer((request, response) => {
    request.once('data', (part: Buffer) => {
      response.write(`got ${part.toString()}`)
      request.resume().on('end', () => response.end(' and the end'))
    })
  })
  await using proxying = await proxyBefore(origin)
  const request = http.request({ port: proxying.port, host: '127.0.0.1', method: 'POST' })
  request.write('one')
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const [first] = await once(response, 'data')
  expect(String(first)).toBe('got one')
  request.end()
  const [last] = await once(response, 'data')
  expect(String(last)).toBe(' and the end')
})

test('an origin that sends faster than the client reads is held back', async () => {
  const part = Buffer.alloc(64 * 1024)
  const total = 2_000
  let written = 0
  const origin = http.createServer((_, response) => {
    const more = () => {
      while (written < total) {
        written += 1
        if (!response.write(part)) return response.once('drain', more)
      }
      return response.end()
    }
    more()
  })
  await using proxying = await proxyBefore(origin)
  const request = http.get({ port: proxying.port, host: '127.0.0.1' })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let before = -1
  await vi.waitFor(
    () => {
      const isStill = written === before
      before = written
      expect(isStill).toBe(true)
    },
    { timeout: 10_000, interval: 200 },
  )
  expect(written).toBeLessThan(total / 2)
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) length += chunk.length
  expect(length).toBe(part.length * total)
})

test('a client that goes away ends the request to the origin', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  const origin = http.createServer((_, response) => {
    response.once('close', () => resolve())
    response.write('begun')
  })
  await using proxying = await proxyBefore(origin)
  const request = http.get({ port: proxying.port, host: '127.0.0.1' })
  await once(request, 'response')
  request.on('error', () => {}).destroy()
  await expect(gone).resolves.toBeUndefined()
})

test('an answer that breaks off reaches the client as one that broke off', async () => {
  const origin = byHand((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
  )
  await using proxying = await proxyBefore(origin)
  await expect(proxying.ask('/')).rejects.toThrow('aborted')
})

test('a failing origin leaves the connection of the client as it was, whatever of its body is still to come', async () => {
  let turn = 0
  const origin = byHand((socket) =>
    socket.once('data', () => {
      turn += 1
      if (turn === 1) socket.destroy()
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    }),
  )
  await using proxying = await proxyBefore(origin)
  const client = net.connect(proxying.port, '127.0.0.1')
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello')
  const [first] = await once(client, 'data')
  expect(String(first)).toMatch(/^HTTP\/1\.1 502 /)
  client.write('aga')
  await new Promise((resolve) => setImmediate(resolve))
  client.write('inGET / HTTP/1.1\r\nHost: a\r\n\r\n')
  let text = ''
  client.on('data', (part: Buffer) => (text += part.toString()))
  await expect.poll(() => text).toContain('HTTP/1.1 200 OK')
  client.destroy()
})
