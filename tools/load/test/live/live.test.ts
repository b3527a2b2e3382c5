import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type LoadOptions, runLoad, type Session } from '@hotpath/load'
import { createEventParser, type StreamEvent } from '../../src/live/event-parser.ts'
import { createInbox } from '../../src/live/inbox.ts'
import { pass } from '../pass.ts'

/** One user goes through `steps` once, against a WebSocket server. */
async function passSockets(
  onSocket: (socket: WebSocket) => void,
  steps: (session: Session) => Promise<unknown>,
  options: Partial<LoadOptions> = {},
) {
  const server = createServer((_request, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ server, path: '/chat' })
  const closed: number[] = []
  sockets.on('connection', (socket) => {
    socket.on('close', (code) => closed.push(code))
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const scenarios = { name: 'chat', weight: 1, origin, setup: null, run: steps }
    const result = await runLoad({
      scenarios,
      model: 'closed',
      users: 1,
      iterations: 1,
      timeout: '5s',
      ...options,
    })
    await expect.poll(() => sockets.clients.size).toBe(0)
    return { result, closed }
  } finally {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  }
}

describe('a WebSocket', () => {
  test('is opened, asked and heard; each is counted and timed, and the session closes it', async () => {
    const answers: string[] = []
    const { result, closed } = await passSockets(
      (socket) => {
        socket.send('welcome')
        socket.on('message', (data: Buffer) => {
          setTimeout(() => socket.send(`echo ${data.toString()}`), 30)
          setTimeout(() => socket.send('news 1'), 60)
        })
      },
      async ({ webSocket }) => {
        const socket = await webSocket('/chat?room=1')
        answers.push(await socket.expect('welcome'))
        answers.push(await socket.ask('hello', /^echo/))
        answers.push(await socket.expect(/news/, { name: 'news' }))
      },
    )
    expect(answers).toEqual(['welcome', 'echo hello', 'news 1'])
    expect(result).toMatchObject({ requests: 4, errors: 0, statuses: { 101: 1 }, sessions: { failed: 0 } })
    const times = Object.fromEntries(result.endpoints.map(({ name, responseMs }) => [name, responseMs.p50]))
    expect(Object.keys(times).sort()).toEqual(['WS /chat', 'WS /chat message', 'WS /chat round trip', 'news'])
    expect(times['WS /chat round trip']).toBeGreaterThanOrEqual(29)
    expect(result.connectMs.p50).toBeGreaterThan(0)
    expect(closed).toHaveLength(1)
  })

  test('that is refused, silent or closed is an error and ends the session', async () => {
    const refused = await passSockets(
      () => {},
      ({ webSocket }) => webSocket('/nowhere'),
    )
    expect(refused.result).toMatchObject({ errorsByKind: { 'status 400': 1 }, sessions: { failed: 1 } })
    const silent = await passSockets(
      () => {},
      async ({ webSocket }) => (await webSocket('/chat')).expect(),
      { timeout: '1s' },
    )
    expect(silent.result).toMatchObject({
      requests: 2,
      errorsByKind: { timeout: 1 },
      sessions: { failed: 1 },
    })
    const lost = await passSockets(
      (socket) => socket.on('message', () => socket.close(1011)),
      async ({ webSocket }) => (await webSocket('/chat')).ask('anybody?'),
    )
    expect(lost.result).toMatchObject({ requests: 2, errorsByKind: { 'closed 1011': 1 } })
  })
})

describe('an event stream', () => {
  test('is opened and read; the time of each event is counted', async () => {
    const seen: StreamEvent[] = []
    const result = await pass(
      (request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
        response.write(`: hello\n\nid: 7\nevent: vote\ndata: {"a":1}\ndata: ${request.headers.accept}\n\n`)
        setTimeout(() => response.write('data: later\n\n'), 30)
      },
      async ({ events }) => {
        const stream = await events('/live')
        seen.push(await stream.next())
        seen.push(await stream.next('later', { name: 'later' }))
      },
    )
    expect(seen).toEqual([
      { type: 'vote', data: '{"a":1}\ntext/event-stream', id: '7' },
      { type: 'message', data: 'later', id: '7' },
    ])
    expect(result).toMatchObject({ requests: 3, errors: 0, statuses: { 200: 1 } })
  })

  test.each<[string, RequestListener, string]>([
    ['refused', (_request, response) => response.writeHead(503).end(), 'status 503'],
    ['of another type', (_request, response) => response.end('{}'), 'content type missing'],
    ['cut', (_request, response) => response.destroy(), 'UND_ERR_SOCKET'],
    [
      'that ends',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
      'the stream ended',
    ],
  ])('%s is an error', async (_what, listener, kind) => {
    const result = await pass(listener, async ({ events }) => (await events('/live')).next())
    expect(result.errorsByKind).toEqual({ [kind]: 1 })
    expect(result.sessions.failed).toBe(1)
  })

  test('is parsed the same, however it is cut', () => {
    const text = 'data: a\r\n\r\ndata: ü\rdata: b\r\revent: x\ndata\n\nid: 3\n\n'
    const bytes = Buffer.from(text)
    const parse = (size: number) => {
      const events: StreamEvent[] = []
      const read = createEventParser((event) => events.push(event))
      for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size))
      return events
    }
    const whole = parse(bytes.length)
    expect(whole.map(({ type, data }) => [type, data])).toEqual([
      ['message', 'a'],
      ['message', 'ü\nb'],
      ['x', ''],
    ])
    for (let size = 1; size < bytes.length; size++) expect(parse(size)).toEqual(whole)
  })
})

test('an inbox gives what came before, once, and keeps a bounded number', () => {
  const inbox = createInbox<number>()
  const taken: number[] = []
  const take = (matches: (message: number) => boolean) =>
    inbox.take(matches, ({ message }) => taken.push(message))
  for (let message = 0; message < 3000; message++) inbox.put({ message, at: 0, bytes: 0 })
  take(() => true)
  take((message) => message === 2500)
  take((message) => message < 2500)
  inbox.put({ message: 1, at: 0, bytes: 0 })
  expect(taken).toEqual([2000, 2500, 1])
})
