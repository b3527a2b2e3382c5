import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { Exchange } from '../../src/http/exchange.ts'
import { createStep } from '../../src/scenario/step.ts'
import { createTransport, type Transport } from '../../src/http/transport.ts'
import { startServer } from '../server.ts'

const step = createStep('GET /', { method: 'GET', path: '/' }, {})
const kept = { keepAlive: true, insecure: false }

/** Sends one request, due now unless said otherwise; resolves with its end. */
function exchange(transport: Transport, due: number = performance.now()): Promise<Exchange> {
  return new Promise((onSettled) => {
    transport.send(step, { due, keepsAnswer: false, onSettled })
  })
}

/** A server that keeps its answers until told. */
async function holdingServer() {
  const held: ServerResponse[] = []
  let onArrival = () => {}
  const server = await startServer((_request, response) => {
    held.push(response)
    onArrival()
  })
  return {
    ...server,
    arrivals: (count: number) =>
      new Promise<void>((resolve) => {
        onArrival = () => held.length >= count && resolve()
        onArrival()
      }),
    answer: (index: number) => held[index]!.end('done'),
    reset: (index: number) => held[index]!.destroy(),
  }
}

test('at the cap a request waits for a connection, and its wait counts from the due time', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 1, timeoutMs: 20_000 })
  const both = [exchange(transport), exchange(transport)] as const
  await server.arrivals(1)
  const told = performance.now()
  server.answer(0)
  await server.arrivals(2)
  server.answer(1)
  const [first, second] = await Promise.all(both)

  expect(first.settledAt).toBeGreaterThanOrEqual(told)
  expect(second.due).toBeLessThanOrEqual(told)
  expect(second.sentAt).toBeGreaterThanOrEqual(first.settledAt)
  expect(transport.waited()).toBe(1)
  expect(transport.connectionsOpened()).toBe(1)
  transport.destroy()
})

test('connections grow with the requests under way, and are used again', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 10, timeoutMs: 20_000 })
  const together = [exchange(transport), exchange(transport), exchange(transport)]
  await server.arrivals(3)
  for (const index of [0, 1, 2]) server.answer(index)
  await Promise.all(together)
  const after = exchange(transport)
  await server.arrivals(4)
  server.answer(3)
  await after

  expect(transport.connectionsOpened()).toBe(3)
  expect(transport.waited()).toBe(0)
  transport.destroy()
})

test('a timeout ends the request and its connection; those waiting get a new one', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 1, timeoutMs: 400 })
  const first = await exchange(transport)
  expect(first).toMatchObject({ failure: 'timeout', status: 0 })
  const second = exchange(transport)
  await server.arrivals(2)
  server.answer(1)
  expect(await second).toMatchObject({ failure: null, status: 200 })
  expect(transport.connectionsOpened()).toBe(2)
  transport.destroy()
})

test('a request that finds no connection before its timeout is never sent', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 1, timeoutMs: 400 })
  const due = performance.now()
  const [first, second] = await Promise.all([exchange(transport, due), exchange(transport, due)])
  expect(first.failure).toBe('timeout')
  expect(second.failure).toBe('timeout')
  expect(second.sentAt).toBeNaN()
  transport.destroy()
})

test('a connection reset is reported by its kind, and the next request gets a new connection', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 1, timeoutMs: 20_000 })
  const first = exchange(transport)
  await server.arrivals(1)
  server.reset(0)
  expect((await first).failure).toMatch(/^(closed early|ECONNRESET)$/)
  const second = exchange(transport)
  await server.arrivals(2)
  server.answer(1)
  expect((await second).status).toBe(200)
  transport.destroy()
})

test('drained resolves when the last request has ended', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 2, timeoutMs: 20_000 })
  await transport.drained()
  const ended = exchange(transport)
  expect(transport.underWay()).toBe(1)
  await server.arrivals(1)
  const drained = transport.drained()
  server.answer(0)
  await drained
  expect((await ended).status).toBe(200)
  expect(transport.underWay()).toBe(0)
  transport.destroy()
})

test('destroy gives up what is under way and settles nothing', async () => {
  await using server = await holdingServer()
  const transport = createTransport({ ...kept, origin: server.origin, cap: 2, timeoutMs: 20_000 })
  let settled = 0
  transport.send(step, { due: performance.now(), keepsAnswer: false, onSettled: () => (settled += 1) })
  await server.arrivals(1)
  transport.destroy()
  transport.send(step, { due: performance.now(), keepsAnswer: false, onSettled: () => (settled += 1) })
  expect(settled).toBe(0)
})
