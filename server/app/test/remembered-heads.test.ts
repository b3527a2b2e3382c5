import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { route } from '@hotpath/core'
import { runToken } from '@hotpath/http/limits'
import { afterEach, expect, test, vi } from 'vitest'
import { createHotpath } from '../src/create-hotpath.ts'
import { startProxy } from '../src/start-proxy.ts'

const secret = 'of this start'
const token = runToken(secret)

/** Every line of a header object that Node makes. */
const requests: object = http.IncomingMessage.prototype
const madeLine = vi.spyOn(requests as { _addHeaderLine(): void }, '_addHeaderLine')
afterEach(() => madeLine.mockClear())

const lines = [
  'Host: here',
  'User-Agent: one',
  'Accept-Language: de',
  'Cookie: a=1',
  'X-Forwarded-For: 192.0.2.7',
]
const head = (more: readonly string[] = []) =>
  ['GET /limited HTTP/1.1', ...lines, ...more, '', ''].join('\r\n')

/** Sends heads one behind the other on a connection; what comes back. */
function send(port: number, heads: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answers = ''
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').once('error', reject)
    socket.on('data', (text: string) => (answers += text)).once('close', () => resolve(answers))
    socket.end(heads.join(''))
  })
}

test('of a client that repeats itself, nothing in front of the cache has the headers made for a hit', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heads-'))
  const hotpath = await createHotpath({
    name: 'heads',
    routes: [route('GET /limited', { fresh: '1h', limit: 'few' })],
    limits: { rates: { few: { limit: 5, window: '1h' } }, proxies: { trust: 1 } },
    api: {
      serverTiming: 'same-origin',
      versions: { header: 'x-version', accept: 'version', versions: { 1: {} } },
    },
    environment: {
      HOTPATH_FOLDER: folder,
      HOTPATH_RUN_SECRET: secret,
      HOTPATH_ACCESS_LOG: path.join(folder, 'access.log'),
    },
  })
  const server = http.createServer((_request, response) => response.end('made'))
  hotpath.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await send(port, [head(), head()])
    madeLine.mockClear()
    const answers = await send(port, [head(), head(), head(), head()])
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(
      [200, 200, 200, 429].map((status) => `HTTP/1.1 ${status}`),
    )
    expect(answers.match(/r=\d/g)).toEqual(['r=2', 'r=1', 'r=0', 'r=0'])
    expect(madeLine).not.toHaveBeenCalled()
    // What the stages read of a head counts all the same.
    const exempt = Array<string>(4).fill(head([`Hotpath-Run: ${token}`]))
    expect((await send(port, exempt)).match(/200 OK/g)).toHaveLength(4)
    const unknown = Array<string>(4).fill(head(['X-Version: 9']))
    expect((await send(port, unknown)).match(/400 Bad/g)).toHaveLength(4)
    const elsewhere = Array<string>(4).fill(head().replace('192.0.2.7', '192.0.2.8'))
    expect((await send(port, elsewhere)).match(/r=\d/g)).toEqual(['r=4', 'r=3', 'r=2', 'r=1'])
  } finally {
    server.closeAllConnections()
    server.close()
    await hotpath.close()
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

test('the proxy has no headers made for a hit either', async () => {
  const origin = http.createServer((_request, response) => {
    response.setHeader('Cache-Control', 'public, max-age=60').end('made')
  })
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  const { port } = origin.address() as AddressInfo
  const proxy = await startProxy({
    origin: `http://127.0.0.1:${port}`,
    port: 0,
    trustForwarded: true,
    environment: {},
  })
  try {
    const proxied = Number(new URL(proxy.url).port)
    // Not with `send`: who ends its side before the origin has answered has left.
    await new Promise<void>((resolve, reject) => {
      const first = { port: proxied, path: '/limited', headers: { host: 'here' } }
      http.get(first, (response) => response.resume().once('end', resolve)).once('error', reject)
    })
    await send(proxied, [head(), head()])
    madeLine.mockClear()
    const answers = await send(proxied, [head(), head()])
    expect(answers.match(/hotpath; hit/g)).toHaveLength(2)
    expect(madeLine).not.toHaveBeenCalled()
  } finally {
    await proxy.close()
    origin.close()
  }
})
