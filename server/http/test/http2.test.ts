import http2 from 'node:http2'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { certificate } from './frameworks/certificate.ts'
import { plainHttp2, secureHttp2 } from './frameworks/node.ts'
import { start } from './frameworks/start.ts'

/** Asks over a connection of its own, with pseudo-headers as given. */
async function askRaw(port: number, headers: http2.OutgoingHttpHeaders, body?: string) {
  const session = http2.connect(`http://127.0.0.1:${port}`)
  const stream = session.request(headers, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  const [answer] = await new Promise<[http2.IncomingHttpHeaders]>((resolve, reject) => {
    stream.once('response', (given) => resolve([given])).once('error', reject)
  })
  const received = { status: answer['cache-status'], body: await text(stream) }
  session.destroy()
  return received
}

test('answers a client of HTTP/1.1 with what was stored for one of HTTP/2', async () => {
  await using app = await start(secureHttp2)
  const stored = await app.get('/item/1', { host: `localhost:${app.port}` })
  const { body, version, status } = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const options = { host: 'localhost', port: app.port, path: '/item/1', ca: certificate.cert, family: 4 }
    https
      .get(options, (response) => {
        const { httpVersion: version, headers } = response
        void text(response).then((body) => resolve({ body, version, status: headers['cache-status'] }))
      })
      .once('error', reject)
  })
  expect({ body, version }).toEqual({ body: stored.body, version: '1.1' })
  expect(status).toContain('hit')
})

test('never answers from the store what came with a body, which nothing in the headers announces', async () => {
  await using app = await start(plainHttp2)
  const path = { ':path': '/own' }
  await askRaw(app.port, path)
  expect(await askRaw(app.port, path, 'more')).toEqual({
    status: 'hotpath; fwd=bypass; detail=request-body',
    body: '2',
  })
  expect((await askRaw(app.port, path)).body).toBe('1')
})

test.each([
  { host: 'victim.example', ':authority': 'attacker.example' },
  { ':authority': 'victim.example', ':scheme': 'https' },
])('stores nothing for a request of two minds about its host or scheme: %o', async (headers) => {
  await using app = await start(plainHttp2)
  const odd = await askRaw(app.port, { ':path': '/own', ...headers })
  expect(odd.status).toBe('hotpath; fwd=bypass; detail=target')
  expect((await askRaw(app.port, { ':path': '/own', ':authority': 'victim.example' })).body).toBe('2')
})

test('drops what either host names when an unsafe method succeeds', async () => {
  await using app = await start(plainHttp2)
  const item = { ':path': '/item/1', ':authority': 'a.example' }
  await askRaw(app.port, item)
  await askRaw(app.port, { ...item, ':method': 'POST', ':authority': 'b.example', host: 'a.example' })
  expect(JSON.parse((await askRaw(app.port, item)).body)).toEqual({ id: '1', run: 3 })
})

test('gives Node nothing to warn of', async () => {
  const warned = vi.fn<(warning: Error) => void>()
  process.on('warning', warned)
  await using app = await start(plainHttp2)
  for (const path of ['/item/1', '/item/1', '/error', '/stream', '/stream']) await app.get(path)
  const { headers } = await app.get('/item/1')
  await app.get('/item/1', { 'if-none-match': headers.etag as string })
  await new Promise(setImmediate)
  process.off('warning', warned)
  expect(warned.mock.calls.map(([{ message }]) => message)).toEqual([])
})
