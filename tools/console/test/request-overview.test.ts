import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { requestOverview } from '../src/web/request-overview.ts'
import { quietOverview } from './overview-fixture.ts'

async function startServer(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

test('reads the overview, and sends the token as a bearer', async () => {
  let authorization: string | undefined
  await using server = await startServer((request, response) => {
    authorization = request.headers.authorization
    response.end(JSON.stringify(quietOverview))
  })
  const outcome = await requestOverview({ token: 'secret', origin: server.origin })
  expect(outcome).toEqual({ kind: 'overview', overview: quietOverview })
  expect(authorization).toBe('Bearer secret')
})

test('sends no authorization without a token', async () => {
  let authorization: string | undefined = 'not asked'
  await using server = await startServer((request, response) => {
    authorization = request.headers.authorization
    response.writeHead(401).end()
  })
  expect(await requestOverview({ token: undefined, origin: server.origin })).toEqual({
    kind: 'refused',
    why: '',
  })
  expect(authorization).toBeUndefined()
})

test('passes on why no token will do', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(403).end(JSON.stringify({ status: 403, detail: 'Set HOTPATH_TOKEN.' }))
  })
  const outcome = await requestOverview({ token: undefined, origin: server.origin })
  expect(outcome).toEqual({ kind: 'refused', why: 'Set HOTPATH_TOKEN.' })
})

test.each([
  { mishap: 'an error status', status: 503, body: '{}', why: 'The server answered 503.' },
  {
    mishap: 'a page of another server',
    status: 200,
    body: '<!doctype html>',
    why: 'something else is listening',
  },
  { mishap: 'some other JSON', status: 200, body: '{"ok":true}', why: 'something else is listening' },
  { mishap: 'JSON that is not an object', status: 200, body: 'null', why: 'something else is listening' },
])('calls $mishap a failure and says what it was', async ({ status, body, why }) => {
  await using server = await startServer((_, response) => void response.writeHead(status).end(body))
  const outcome = await requestOverview({ token: undefined, origin: server.origin })
  expect(outcome).toEqual({ kind: 'failed', why: expect.stringContaining(why) })
})

test('gives up on a server that does not answer', async () => {
  await using server = await startServer(() => {})
  const outcome = await requestOverview({ token: undefined, origin: server.origin, timeoutMs: 20 })
  expect(outcome).toEqual({ kind: 'failed', why: 'No answer within 0.02 s.' })
})

test('says that there is no connection where nothing listens', async () => {
  const server = await startServer(() => {})
  await server[Symbol.asyncDispose]()
  const outcome = await requestOverview({ token: undefined, origin: server.origin })
  expect(outcome).toEqual({ kind: 'failed', why: 'No connection.' })
})
