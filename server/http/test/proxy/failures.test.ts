import http from 'node:http'
import net from 'node:net'
import { expect, test } from 'vitest'
import { stoppedClock } from '../serving.ts'
import { byHand, listening, proxyBefore } from './proxying.ts'

test('an origin that is not there is 502, and one that does not answer 504, as problem documents that name no address', async () => {
  const closed = net.createServer()
  await using away = await proxyBefore(closed)
  await new Promise((resolve) => closed.close(resolve))
  const refused = await away.ask('/')
  expect(refused.status).toBe(502)
  expect(refused.headers['proxy-status']).toBe('hotpath; error=connection_refused')
  expect(refused.body).not.toContain('127.0.0.1')
  await new Promise<void>((resolve) => closed.listen(0, resolve))

  await using silent = await proxyBefore(
    byHand(() => {}),
    { headersTimeout: '100ms' },
  )
  const late = await silent.ask('/')
  expect(late.status).toBe(504)
  expect(late.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'proxy-status': 'hotpath; error=http_response_timeout',
  })
  expect(silent.proxy.health()).toMatchObject({
    failures: 1,
    failing: 1,
    lastFailure: 'http_response_timeout',
  })
})

test('a kept connection that was closed meanwhile costs a GET nothing, and a POST is never sent twice', async () => {
  const asked: string[] = []
  const origin = byHand((socket) => {
    let requests = 0
    socket.on('data', (bytes: Buffer) => {
      requests += 1
      asked.push(bytes.toString().split(' ')[0]!)
      // The second request on a connection meets a server that has just given it up.
      if (requests === 2) return socket.resetAndDestroy()
      return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  await using proxying = await proxyBefore(origin, { connections: 1 })
  expect((await proxying.ask('/')).status).toBe(200)
  expect((await proxying.ask('/')).status).toBe(200)
  expect(asked).toEqual(['GET', 'GET', 'GET'])
  expect((await proxying.ask('/', { method: 'POST', body: 'x' })).status).toBe(502)
  expect(asked).toEqual(['GET', 'GET', 'GET', 'POST'])
})

test('a request whose body has gone out is not sent again, whatever its method', async () => {
  let asked = 0
  const origin = byHand((socket) =>
    socket.once('data', () => {
      asked += 1
      socket.resetAndDestroy()
    }),
  )
  await using proxying = await proxyBefore(origin)
  for (const headers of [{ 'content-length': '1' }, { 'transfer-encoding': 'chunked' }]) {
    asked = 0
    expect((await proxying.ask('/', { method: 'PUT', body: 'x', headers })).status).toBe(502)
    expect(asked).toBe(1)
  }
})

test('what was stored is served, stale, while the origin is away', async () => {
  const { clock, pass } = stoppedClock(Date.now())
  const origin = http.createServer((_, response) => {
    response.setHeader('cache-control', 'max-age=1').end('kept')
  })
  await using proxying = await proxyBefore(origin, { cache: { clock, staleIfUnavailable: '1h' } })
  expect((await proxying.ask('/a')).body).toBe('kept')
  origin.closeAllConnections()
  await new Promise((resolve) => origin.close(resolve))
  pass(60_000)
  const answer = await proxying.ask('/a')
  expect(answer).toMatchObject({ status: 200, body: 'kept' })
  expect(answer.headers['cache-status']).toMatch(/^hotpath; (?:hit|fwd)/)
  expect((await proxying.ask('/other')).status).toBe(502)
  await new Promise<void>((resolve) => origin.listen(0, resolve))
})

test('an address that is none is refused with what is wrong about it', async () => {
  const { createProxy } = await import('@hotpath/http/proxy')
  const cache = { wrap: (listener: http.RequestListener) => listener }
  for (const origin of ['ftp://a', 'http://', 'http://a/path', 'http://u:p@a', 'http://a?x', 'a b']) {
    expect(() => createProxy({ origin, cache }), origin).toThrow(
      expect.objectContaining({ code: 'HP_PROXY_ORIGIN_INVALID' }),
    )
  }
  await using proxying = await proxyBefore(http.createServer((_, response) => response.end('bare')))
  const proxy = createProxy({ origin: `127.0.0.1:${proxying.originPort}`, cache })
  const server = http.createServer(proxy.listener)
  expect(await (await fetch(`http://127.0.0.1:${await listening(server)}/`)).text()).toBe('bare')
  server.closeAllConnections()
  server.close()
  await proxy.close()
})
