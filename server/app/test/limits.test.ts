import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startRedis } from '@hotpath/cache/local'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { type LimitsOptions, openLimits } from '../src/limits.ts'

const routes = [route('POST /api/pay', { idempotent: true }), route('POST /api/sign-in', { limit: 'auth' })]
const rates = { api: { limit: 1_000_000, window: '1h' }, auth: { limit: 10, window: '1h' } } as const

/** One process of an application with limits. */
async function startProcess(limits: LimitsOptions, redisUrl: string | null) {
  const opened = openLimits({ limits, routes, name: 'limited', redisUrl, runSecret: 'secret' })
  const { rateLimit, requestSizes, idempotency, admission, timeouts } = opened.stages
  let payments = 0
  const handler: RequestListener = (request, response) => {
    request.resume()
    response.end(request.url === '/api/pay' ? `payment ${(payments += 1)}` : 'ok')
  }
  const server = http.createServer(rateLimit(requestSizes(idempotency(admission(timeouts(handler))))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ask: (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init),
    async [Symbol.asyncDispose]() {
      await opened.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('It did not come about in 15 seconds.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('two processes share limits and keys on Redis; killed and restarted, it fails no request', async () => {
  const redis = await startRedis()
  const limits = { rates, defaultRate: 'api' }
  await using one = await startProcess(limits, redis.url)
  await using two = await startProcess(limits, redis.url)
  const signIns = async () => {
    const asked = Array.from({ length: 16 }, (_, index) =>
      (index % 2 ? one : two).ask('/api/sign-in', { method: 'POST' }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    return statuses.filter((status) => status === 200).length
  }
  const pay = (process: typeof one, key: string) =>
    process.ask('/api/pay', { method: 'POST', headers: { 'idempotency-key': key, authorization: 'ann' } })
  // Connected, so that nothing is counted by one process alone.
  await until(async () => (await pay(one, 'first')).ok && (await pay(two, 'first')).ok)
  expect(await signIns()).toBe(10)
  expect(await (await pay(one, 'k')).text()).toBe(await (await pay(two, 'k')).text())

  const statuses = new Set<number>()
  const over = new AbortController()
  const load = [one, two].map(async (process) => {
    while (!over.signal.aborted) statuses.add((await process.ask('/api/anything')).status)
  })
  await redis.kill()
  await until(async () => (await pay(one, 'away')).status === 503)
  const again = await startRedis({ port: redis.port })
  // It has lost the scripts and the counts; what the processes admitted themselves they know.
  await until(async () => (await pay(one, 'back')).ok && (await pay(two, 'back')).ok)
  expect(await signIns()).toBeLessThanOrEqual(10)
  over.abort()
  await Promise.all(load)
  expect([...statuses]).toEqual([200])
  await again.stop()
  await redis.stop()
})

test('without Redis each process limits alone, and nothing is limited that nobody asked to be', async () => {
  await using alone = await startProcess({ rates }, null)
  for (let count = 0; count < 10; count++) {
    expect((await alone.ask('/api/sign-in', { method: 'POST' })).status).toBe(200)
  }
  expect((await alone.ask('/api/sign-in', { method: 'POST' })).status).toBe(429)
  expect((await alone.ask('/api/other')).headers.get('ratelimit')).toBeNull()
})
