import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createLogSink, type Message } from '../../src/alerts/sinks.ts'
import { createWebhookSink } from '../../src/alerts/webhook.ts'
import { many, openScene } from './scene.ts'

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver that answers as `answer` says, by the number of the request. */
async function startReceiver(answer: (count: number, response: ServerResponse) => void) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body })
      answer(received.length, response)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const clock = () => 1_700_000_000_123
const testMessage: Message = {
  app: 'shop',
  version: '1',
  at: clock(),
  event: 'test',
  alert: null,
  related: [],
}

/** What a watch tells of a slow route. */
function firingMessage(): Message {
  using scene = openScene({ routes: { 'GET /a': 'p95 < 200ms' } })
  scene.pass(120, { times: many(10, 400) })
  return scene.messages[0]!
}

test('what is posted says what fires in one document, signed over time and body', async () => {
  await using receiver = await startReceiver((_, response) => response.writeHead(204).end())
  const sink = createWebhookSink({ url: receiver.url, secret: 'a secret of many characters', clock })
  sink.send(firingMessage())
  await expect.poll(() => sink.state().sent).toBe(1)
  const { headers, body } = receiver.received[0]!
  expect(JSON.parse(body)).toMatchObject({
    format: 1,
    event: 'firing',
    app: 'shop',
    version: '1',
    alert: { route: 'GET /a', state: 'firing', severity: 'page' },
    related: [],
    text: expect.stringContaining('GET /a'),
  })
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['hotpath-signature']))!
  expect(time).toBe('1700000000')
  const mine = createHmac('sha256', 'a secret of many characters').update(`${time}.${body}`).digest('hex')
  expect(signature).toBe(mine)
  sink.close()
})

test('a receiver that fails is asked again, in order, and its address is shown as a host alone', async () => {
  await using receiver = await startReceiver((count, response) =>
    response.writeHead(count <= 2 ? 503 : 200).end('x'),
  )
  const sink = createWebhookSink({ url: receiver.url, clock, backOffMs: 1 })
  sink.send(firingMessage())
  sink.send(testMessage)
  await expect.poll(() => sink.state().sent).toBe(2)
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { event: string }).event)).toEqual([
    'firing',
    'firing',
    'firing',
    'test',
  ])
  expect(sink.state()).toMatchObject({ failed: 2, dropped: 0, problem: null })
  expect(JSON.stringify(sink.state())).not.toContain('s3cret')
  sink.close()
})

test('a receiver that is away blocks nobody: what waits is bounded, and the oldest goes', async () => {
  await using receiver = await startReceiver(() => {})
  const sink = createWebhookSink({ url: receiver.url, clock })
  for (let count = 0; count < 150; count++) sink.send(testMessage)
  expect(sink.state()).toMatchObject({ waiting: 100, sent: 0 })
  expect(sink.state().dropped).toBeGreaterThanOrEqual(49)
  sink.close()
  expect(sink.state().waiting).toBe(0)
})

test('what the receiver refuses is not sent again, and a redirect is not followed', async () => {
  await using receiver = await startReceiver((count, response) =>
    count === 1
      ? response.writeHead(400).end()
      : response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  )
  const sink = createWebhookSink({ url: receiver.url, clock, backOffMs: 1, attempts: 2 })
  sink.send(testMessage)
  await expect.poll(() => sink.state().dropped).toBe(1)
  expect(receiver.received).toHaveLength(1)
  expect(await sink.test(testMessage)).not.toBeNull()
  sink.close()
})

test('a log line is one line, whatever the names in it', () => {
  const lines: string[] = []
  const sink = createLogSink((line) => void lines.push(line))
  const message = firingMessage()
  sink.send({ ...message, app: 'shop\n\u001b[2Jfake' })
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/\p{Cc}/u)
  expect(lines[0]).toContain('page: GET /a:')
})
