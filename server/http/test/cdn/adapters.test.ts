import http from 'node:http'
import { cloudflare, createPurgeQueue, fastly, type PurgeRecord } from '@hotpath/http/cdn'
import { expect, test } from 'vitest'
import { listening } from '../proxy/proxying.ts'

interface Received {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

/** A server that keeps what it was sent; `answer` decides each reply. */
async function mock(
  answer: (received: Received, call: number) => { status: number; headers?: object; body: object },
) {
  const received: Received[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const what = { method, url, headers, body }
      received.push(what)
      const reply = answer(what, received.length)
      response
        .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
        .end(JSON.stringify(reply.body))
    })
  })
  const port = await listening(server)
  return {
    received,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As their reference tells: at most 100 values, one kind a call, success in the body. */
function cloudflareContract({ method, url, headers, body }: Received) {
  const refuse = (status: number, code: number, message: string) => ({
    status,
    body: { success: false, errors: [{ code, message }], messages: [], result: null },
  })
  if (method !== 'POST' || url !== '/zones/zone-1/purge_cache') return refuse(404, 7003, 'Could not route')
  if (headers.authorization !== 'Bearer secret') return refuse(403, 10000, 'Authentication error')
  const asked = JSON.parse(body) as Record<string, unknown>
  const kinds = Object.keys(asked)
  if (kinds.length !== 1) return refuse(400, 1093, 'one kind a call')
  const values = asked[kinds[0]!]
  if (Array.isArray(values) && values.length > 100) return refuse(400, 1094, 'more than 100')
  return { status: 200, body: { success: true, errors: [], messages: [], result: { id: 'zone-1' } } }
}

test('Cloudflare is sent tags, files, prefixes and everything as its reference has it, 100 at a time', async () => {
  await using api = await mock(cloudflareContract)
  const queue = createPurgeQueue({
    adapter: cloudflare({ zoneId: 'zone-1', token: 'secret', api: api.url }),
    gatherMs: 0,
  })
  queue.purge({ kind: 'tags', values: Array.from({ length: 250 }, (_, index) => `t ${index}`) })
  queue.purge({ kind: 'urls', values: ['https://x/a?b'] })
  queue.purge({ kind: 'prefixes', values: ['https://x/api/'] })
  await queue.drained()
  queue.purge({ kind: 'everything', values: [] })
  await queue.drained()
  const bodies = api.received.map(({ body }) => JSON.parse(body) as Record<string, unknown[]>)
  expect(bodies.slice(0, 3).map(({ tags }) => tags!.length)).toEqual([100, 100, 50])
  expect(bodies[0]!.tags![0]).toBe('t%200')
  expect(bodies.slice(3)).toEqual([
    { files: ['https://x/a?b'] },
    { prefixes: ['x/api/'] },
    { purge_everything: true },
  ])
  expect(queue.stats()).toMatchObject({ abandoned: 0, failing: 0, purged: 253 })
})

test('Cloudflare saying no is believed, saying later is heeded, and the token is in no record', async () => {
  await using api = await mock((received, call) =>
    call === 1
      ? {
          status: 429,
          headers: { 'retry-after': '3' },
          body: { success: false, errors: [{ code: 971, message: 'slow down' }] },
        }
      : call === 2
        ? { status: 200, body: { success: false, errors: [] } }
        : cloudflareContract(received),
  )
  const waits: number[] = []
  const records: PurgeRecord[] = []
  const options = {
    random: () => 1,
    wait: (ms: number) => Promise.resolve(void waits.push(ms)),
    onRecord: (record: PurgeRecord) => void records.push(record),
  }
  const queue = createPurgeQueue({
    ...options,
    adapter: cloudflare({ zoneId: 'zone-1', token: 'secret', api: api.url }),
  })
  queue.purge({ kind: 'tags', values: ['a'] })
  await queue.drained()
  expect(waits).toEqual([50, 3_000, 1_000])
  expect(records.map(({ outcome }) => outcome)).toEqual(['retrying', 'retrying', 'purged'])

  const wrong = createPurgeQueue({
    ...options,
    adapter: cloudflare({ zoneId: 'zone-1', token: 'guessed', api: api.url }),
  })
  wrong.purge({ kind: 'tags', values: ['a'] })
  await wrong.drained()
  expect(records.at(-1)).toMatchObject({
    outcome: 'abandoned',
    reason: 'status 403: 10000 Authentication error',
  })
  expect(JSON.stringify(records)).not.toMatch(/secret|guessed/)
})

test('a CDN that cannot be reached is a failure to try again, not an exception', async () => {
  const adapter = cloudflare({ zoneId: 'z', token: 't', api: 'http://127.0.0.1:1' })
  const receipt = await adapter.send({ kind: 'tags', values: ['a'] }, new AbortController().signal)
  expect(receipt).toMatchObject({ ok: false, retry: true })
})

test('Fastly is sent surrogate keys in one header', async () => {
  await using api = await mock(() => ({ status: 200, body: { status: 'ok' } }))
  const queue = createPurgeQueue({
    adapter: fastly({ serviceId: 's1', token: 'secret', api: api.url }),
    gatherMs: 0,
  })
  queue.purge({ kind: 'tags', values: ['a', 'b c'] })
  await queue.drained()
  queue.purge({ kind: 'urls', values: ['https://x/1'] })
  await queue.drained()
  expect(api.received[0]).toMatchObject({
    method: 'POST',
    url: '/service/s1/purge',
    headers: { 'fastly-key': 'secret', 'surrogate-key': 'a b%20c' },
  })
  expect(api.received[1]!.url).toBe('/service/s1/purge_all')
})
