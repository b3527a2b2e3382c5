import http2, { type IncomingHttpHeaders } from 'node:http2'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { route } from '@hotpath/core'
import {
  createAdmission,
  createIdempotency,
  createRateLimit,
  createRequestSizes,
  createTimeouts,
} from '@hotpath/http/limits'
import { expect, test } from 'vitest'
import { until } from './server.ts'

const routes = [
  route('POST /pay', { idempotent: true }),
  route('GET /slow', { timeout: '20ms' }),
  route('POST /small', { maxBody: 5 }),
]

test('all limits hold over HTTP/2', async () => {
  const late: (() => void)[] = []
  let whole = 0
  const application: RequestListener = (request, response) => {
    if (request.url === '/slow') {
      late.push(() => void response.setHeader('x-late', '1').writeHead(200).end('late'))
      return
    }
    const answer = (body: string) => void response.end(`${(whole += 1)} ${body}`)
    text(request).then(answer, () => {})
  }
  const rates = createRateLimit({ groups: { api: { limit: 6, window: '1h' } }, default: 'api' })
  const admission = createAdmission({ maxLoopDelay: false })
  const stages = [
    rates,
    createRequestSizes({ routes }),
    createIdempotency({ routes }),
    admission,
    createTimeouts({ routes }),
  ]
  const listener = stages.reduceRight((next, stage) => stage.wrap(next), application)
  const server = http2.createServer(listener as unknown as Parameters<typeof http2.createServer>[0])
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)

  async function ask(path: string, sent?: { body: string; key?: string }) {
    const headers = { ':path': path, ':method': sent ? 'POST' : 'GET' }
    const stream = client.request({ ...headers, ...(sent?.key && { 'idempotency-key': sent.key }) })
    stream.end(sent?.body)
    const answered = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      stream.once('response', resolve).once('error', reject)
    })
    return { status: Number(answered[':status']), headers: answered, body: await text(stream) }
  }

  expect((await ask('/slow')).status).toBe(503)
  late[0]!()
  expect(await ask('/pay', { body: 'ten', key: 'k' })).toMatchObject({ status: 200, body: '1 ten' })
  const again = await ask('/pay', { body: 'ten', key: 'k' })
  expect(again).toMatchObject({ body: '1 ten', headers: { 'idempotent-replayed': 'true' } })
  expect((await ask('/small', { body: '123456' })).status).toBe(413)
  expect(await ask('/small', { body: '12345' })).toMatchObject({ status: 200, body: '2 12345' })
  expect((await ask('/')).headers['ratelimit']).toContain('"api";r=0')
  expect((await ask('/')).status).toBe(429)
  await until(() => admission.stats().inFlight === 0)
  client.destroy()
  rates.close()
  await new Promise((resolve) => server.close(resolve))
})
