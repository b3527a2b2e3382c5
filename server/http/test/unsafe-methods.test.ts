import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { type Serving, serve } from './serving.ts'

/** An item that every request but GET changes. */
function serveItem(): Promise<Serving> {
  let version = 1
  return serve(
    (request, response) => {
      if (request.method !== 'GET') version += 1
      response.end(`version ${version}`)
    },
    { routes: [route('GET /item', { fresh: '1m' })] },
  )
}

/** Sends a POST as it is written. */
async function post(port: number, target: string, host: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`POST ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

const asked: [string, Record<string, string>][] = [
  ['plainly', {}],
  ['as another method', { 'x-http-method-override': 'DELETE' }],
  ['through a proxy that says https', { 'x-forwarded-proto': 'https' }],
  ['through a proxy that names the visitor', { forwarded: 'for=192.0.2.1' }],
]

test.each(asked)('an unsafe request made %s drops its URL as everybody knows it', async (_how, headers) => {
  await using app = await serveItem()
  const known = asked.map(([, given]) => given).filter((given) => !('x-http-method-override' in given))
  for (const given of known) expect((await app.get('/item', given)).body).toBe('version 1')
  await app.ask('/item', { method: 'POST', headers })
  for (const given of known)
    expect([given, (await app.get('/item', given)).body]).toEqual([given, 'version 2'])
})

test.each([
  ['in absolute form', (host: string) => `http://${host}/item`, (host: string) => host],
  ['in absolute form beside another Host', (host: string) => `http://u:p@${host}/item`, () => 'b.example'],
  ['with a fragment', () => '/item#x', (host: string) => host],
])('an unsafe request with its target %s drops it', async (_how, target, hostHeader) => {
  await using app = await serveItem()
  const host = `127.0.0.1:${app.port}`
  expect((await app.get('/item')).body).toBe('version 1')
  expect(await post(app.port, target(host), hostHeader(host))).toContain('200 OK')
  expect((await app.get('/item')).body).toBe('version 2')
})

test('an unsafe request leaves other URLs and other hosts alone', async () => {
  await using app = await serveItem()
  await app.get('/item')
  await app.ask('/item?x', { method: 'POST' })
  await app.ask('/item', { method: 'POST', headers: { host: 'b.example' } })
  expect((await app.get('/item')).body).toBe('version 1')
})

test('an unsafe request drops what its answer names in Location and Content-Location, at its own host only', async () => {
  let runs = 0
  const named: Record<string, string> = {}
  await using app = await serve(
    (request, response) => {
      if (request.method !== 'GET') response.setHeaders(new Map(Object.entries(named)))
      response.end(String(++runs))
    },
    { routes: [route('GET /item/:id', { fresh: '1m' })] },
  )
  const isDroppedBy = async (name: string, value: string, method = 'POST') => {
    await app.cache.purge('*')
    const before = (await app.get('/item/7?x=1')).body
    for (const known of Object.keys(named)) delete named[known]
    named[name] = value
    await app.ask('/items', { method })
    return (await app.get('/item/7?x=1')).body !== before
  }
  for (const name of ['Location', 'Content-Location']) {
    expect([name, await isDroppedBy(name, '/item/7?x=1#part')]).toEqual([name, true])
    expect([name, await isDroppedBy(name, 'item/7?x=1')]).toEqual([name, true])
    expect([name, await isDroppedBy(name, `http://127.0.0.1:${app.port}/item/7?x=1`)]).toEqual([name, true])
    for (const other of [
      '//evil.example/item/7?x=1',
      'http://evil.example/item/7?x=1',
      'http://',
      '/item/7',
    ]) {
      expect([name, other, await isDroppedBy(name, other)]).toEqual([name, other, false])
    }
  }
  expect(await isDroppedBy('Location', '/item/7?x=1', 'OPTIONS')).toBe(false)
})

test('an unsafe request drops the groups that its answer names, if it succeeded', async () => {
  let runs = 0
  let status = 200
  await using app = await serve((request, response) => {
    response.statusCode = status
    if (request.method === 'GET') {
      response.setHeader('Cache-Control', 'max-age=60')
      response.setHeader('Cache-Groups', '"a", "b"')
    } else response.setHeader('Cache-Group-Invalidation', '"b", "c"')
    response.end(String(++runs))
  })
  await app.get('/x')
  status = 409
  await app.ask('/other', { method: 'POST' })
  expect((await app.get('/x')).body).toBe('1')
  status = 200
  await app.ask('/other', { method: 'OPTIONS' })
  expect((await app.get('/x')).body).toBe('1')
  await app.ask('/other', { method: 'POST' })
  await expect.poll(async () => (await app.get('/x')).body).not.toBe('1')
})
