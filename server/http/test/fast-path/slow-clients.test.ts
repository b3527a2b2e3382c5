import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { get, serveFast } from './connection.ts'

const routes = [route('GET /large', { fresh: '1m' }), route('GET /small', { fresh: '1m' })]

const listener: RequestListener = ({ url = '' }, response) => {
  response.end(`${url === '/large' ? 'l'.repeat(300_000) : ''}-${url.slice(1)}-end`)
}

async function readOn(socket: Socket): Promise<void> {
  const { bytesRead } = socket
  socket.resume()
  await expect.poll(() => socket.bytesRead).toBeGreaterThan(bytesRead)
}

test.each([
  { what: 'only hits', before: '', isResumed: false },
  { what: 'a miss first', before: get('/other'), isResumed: false },
  { what: 'a miss first, which somebody else resumes', before: get('/other'), isResumed: true },
])(
  'a client that reads late gets each answer in its turn, of a connection with $what',
  async ({ before, isResumed }) => {
    await using app = await serveFast(listener, { routes })
    for (const path of ['/large', '/small']) await app.get(path, { host: 'a.example' })
    const accepted = once(app.server, 'connection') as Promise<[Socket]>
    const client = connect(app.port, '127.0.0.1').setEncoding('latin1')
    const [socket] = await accepted
    client.write(before)
    if (before !== '') await once(client, 'data')
    client.pause().write(get('/large').repeat(30))
    await expect.poll(() => socket.writableLength).toBeGreaterThan(0)
    // Not read before there is room for its answers: it has come all the same.
    await new Promise((resolve) => client.write(get('/small').repeat(4) + get('/large').repeat(30), resolve))
    if (isResumed) await readOn(socket)
    const ends: string[] = []
    let last = ''
    client.on('data', (part: string) => {
      const parts = (last + part).split('-end')
      last = parts.pop()!.slice(-10)
      ends.push(...parts.map((text) => text.slice(text.lastIndexOf('-') + 1)))
    })
    client.resume()
    await expect.poll(() => ends.length).toBe(64)
    const large = Array.from({ length: 30 }, () => 'large')
    expect(ends).toEqual([...large, 'small', 'small', 'small', 'small', ...large])
    client.destroy()
  },
)
