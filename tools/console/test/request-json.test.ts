import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type JsonRequest, RequestProblem, requestJson } from '../src/web/data/request-json.ts'

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

/** Asks, and tells what was wrong. */
async function problemOf(request: JsonRequest): Promise<{ kind: string; message: string }> {
  const problem = await requestJson('/x', request).catch((error: unknown) => error)
  if (!(problem instanceof RequestProblem)) throw new Error(`no problem, but ${String(problem)}`)
  return { kind: problem.kind, message: problem.message }
}

test('reads JSON, and sends the token as a bearer', async () => {
  let authorization: string | undefined
  await using server = await startServer((request, response) => {
    authorization = request.headers.authorization
    response.end('{"app":"civicq"}')
  })
  expect(await requestJson('/x', { token: 'secret', origin: server.origin })).toEqual({ app: 'civicq' })
  expect(authorization).toBe('Bearer secret')
})

test('posts a body as JSON, which other sites could not send unasked', async () => {
  const seen: string[] = []
  await using server = await startServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      seen.push(request.method!, request.headers['content-type']!, Buffer.concat(chunks).toString())
      response.end('{}')
    })
  })
  await requestJson('/x', { token: undefined, body: { tags: ['a'] }, origin: server.origin })
  expect(seen).toEqual(['POST', 'application/json', '{"tags":["a"]}'])
})

test('sends no authorization without a token, and tells a refusal from a failure', async () => {
  let authorization: string | undefined = 'not asked'
  await using server = await startServer((request, response) => {
    authorization = request.headers.authorization
    response.writeHead(401).end()
  })
  expect(await problemOf({ token: undefined, origin: server.origin })).toEqual({
    kind: 'refused',
    message: '',
  })
  expect(authorization).toBeUndefined()
})

test('passes on why no token will do', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(403).end(JSON.stringify({ status: 403, detail: 'Set HOTPATH_TOKEN.' }))
  })
  const problem = await problemOf({ token: undefined, origin: server.origin })
  expect(problem).toEqual({ kind: 'refused', message: 'Set HOTPATH_TOKEN.' })
})

test.each([
  { mishap: 'an error status', status: 503, body: '{}', message: 'The server answered 503.' },
  { mishap: 'a page of another server', status: 200, body: '<!doctype html>', message: 'something else' },
  { mishap: 'JSON that is no object', status: 200, body: 'null', message: 'something else is listening' },
])('calls $mishap a failure and says what it was', async ({ status, body, message }) => {
  await using server = await startServer((_, response) => void response.writeHead(status).end(body))
  const problem = await problemOf({ token: undefined, origin: server.origin })
  expect(problem.message).toContain(message)
})

test('gives up on a server that does not answer', async () => {
  await using server = await startServer(() => {})
  const problem = await problemOf({ token: undefined, origin: server.origin, timeoutMs: 20 })
  expect(problem).toEqual({ kind: 'failed', message: 'No answer within 0.02 s.' })
})

test('says that there is no connection where nothing listens', async () => {
  const server = await startServer(() => {})
  await server[Symbol.asyncDispose]()
  const problem = await problemOf({ token: undefined, origin: server.origin })
  expect(problem).toEqual({ kind: 'failed', message: 'No connection.' })
})
