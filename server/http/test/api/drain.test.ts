import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createDrain, type DrainOptions } from '@hotpath/http/api'
import { serve, gate } from '../serving.ts'

async function draining(options: DrainOptions = {}) {
  const drain = createDrain(options)
  const held = gate()
  const server = await serve(() => {}, {
    build: () =>
      http.createServer(
        drain.stage((request, response) => {
          if (request.url === '/held') void held.opened.then(() => response.end('finished'))
          else if (request.url === '/endless') response.write('and so on')
          else response.end('at once')
        }),
      ),
  })
  drain.add(server.server)
  return { drain, server, held }
}

test('takes requests in while load balancers learn, each answer ending its connection, and then no more', async () => {
  const { drain, server, held } = await draining({ propagation: '1s' })
  expect((await server.get('/')).headers.connection).toBe('keep-alive')
  const busy = server.get('/held')
  await once(server.server, 'request')
  expect(drain.probed()).toBe(true)
  const ended = drain.begin()
  expect([drain.probed(), drain.isDraining(), drain.signal.aborted]).toEqual([false, true, true])
  for (let index = 0; index < 3; index++) {
    const { body, headers } = await server.get('/')
    expect([body, headers.connection]).toEqual(['at once', 'close'])
  }
  held.open()
  expect((await busy).body).toBe('finished')
  expect(await ended).toEqual({ cut: 0 })
  const refused = net.connect(server.port, '127.0.0.1')
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])
  expect(await drain.begin()).toEqual({ cut: 0 })
})

test('what came while the process stood still is answered before it stops listening', async () => {
  const { drain, server } = await draining({ propagation: '100ms' })
  const ask = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
  const kept = net.connect(server.port, '127.0.0.1')
  kept.write(ask)
  await once(kept, 'data')
  const ended = drain.begin()
  // Both lie in the sockets of this process, unread, when the time is over.
  const fresh = net.connect(server.port, '127.0.0.1')
  for (const client of [kept, fresh]) client.write(ask)
  for (const end = performance.now() + 200; performance.now() < end;);
  const answers = await Promise.all([kept, fresh].map((client) => text(client)))
  for (const answer of answers) expect(answer).toMatch(/connection: close[^]*at once$/i)
  expect(await ended).toEqual({ cut: 0 })
})

test('a connection that is kept alive after its last answer does not hold the drain up', async () => {
  const { drain, server, held } = await draining()
  const busy = server.get('/held')
  await once(server.server, 'request')
  const ended = drain.begin()
  held.open()
  // Its head was not written yet, but it began before the drain: nothing in it says close.
  expect((await busy).headers.connection).toBe('keep-alive')
  expect(await ended).toEqual({ cut: 0 })
})

test('what does not end is cut off at the end of the grace, and a connection that says nothing does not count', async () => {
  const { drain, server } = await draining({ grace: '60ms' })
  const silent = net.connect(server.port, '127.0.0.1')
  await once(silent, 'connect')
  const endless = net.connect(server.port, '127.0.0.1')
  endless.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(endless, 'data')
  const closed = once(
    endless.resume().on('error', () => {}),
    'close',
  )
  expect(await drain.begin()).toEqual({ cut: 1 })
  await closed
  silent.destroy()
})

test('waits for nobody where nobody follows readiness', async () => {
  const followed = await draining({ grace: '500ms' })
  followed.drain.probed()
  followed.drain.probed()
  const ended = followed.drain.begin()
  await new Promise((resolve) => setImmediate(resolve))
  expect((await followed.server.get('/')).status).toBe(200)
  await ended

  const alone = await draining()
  alone.drain.probed()
  void alone.drain.begin()
  await expect.poll(() => alone.server.server.listening).toBe(false)
})
