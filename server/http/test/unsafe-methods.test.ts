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
