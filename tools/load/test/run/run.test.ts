import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Progress, runLoad, type RunResult, urlScenario } from '@hotpath/load'
import { ownReasons } from '../own-reasons.ts'
import { startServer } from '../server.ts'

const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

describe('the open model', () => {
  test('sends exactly rate × duration requests and counts every byte', async () => {
    await using server = await startServer((_request, response) => response.end('hello'))
    const result = await runLoad({
      scenarios: urlScenario(`${server.origin}/x`),
      rate: 200,
      duration: '500ms',
    })
    expect(result).toMatchObject({
      model: 'open',
      target: { rate: 200, users: null, durationMs: 500, arrivals: 'uniform', seed: 1, connections: 512 },
      requests: 100,
      errors: 0,
      errorsByKind: {},
      statuses: { 200: 100 },
      bytes: 500,
      endpoints: [{ name: 'GET /x', requests: 100, errors: 0 }],
    })
    expect(result.generator.connectionsOpened).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  })

  test('a response time is at least the lateness and the service time together, behind a full connection too', async () => {
    await using server = await startServer((_request, response) => {
      setTimeout(() => response.end(), 15)
    })
    const result = await runLoad({
      scenarios: urlScenario(server.origin),
      rate: 200,
      duration: '300ms',
      connections: 1,
      histograms: true,
    })
    const { responseMs, serviceMs, latenessMs } = result as {
      [Key in 'responseMs' | 'serviceMs' | 'latenessMs']: Record<'mean' | 'max', number>
    }
    expect(result.histograms?.response.count).toBe(60)
    // The connection was opened once, and each time is held to a microsecond.
    expect(responseMs.mean).toBeGreaterThan(serviceMs.mean + latenessMs.mean - 0.002)
    // One connection serves them one after the other: the last, due at 295 ms, waits for all the others.
    expect(responseMs.max).toBeGreaterThan(60 * serviceMs.mean - 300)
    expect(responseMs.max).toBeGreaterThan(serviceMs.max)
    expect(result.verdict).toBe('INVALID')
    expect(result.reasons.join()).toContain('All 1 connections were in use')
  })

  test('measures only what becomes due after the warm-up', async () => {
    let seen = 0
    await using server = await startServer((_request, response) => {
      seen += 1
      response.end()
    })
    const options = { rate: 100, arrivals: 'poisson', warmup: '200ms', duration: '300ms' } as const
    const result = await runLoad({ scenarios: urlScenario(server.origin), ...options })
    expect(result.requests).toBe(30)
    expect(seen).toBe(50)
  })

  test('a server that never answers gives timeouts at the timeout, and each is an error', async () => {
    await using server = await startServer(() => {})
    const result = await runLoad({
      scenarios: urlScenario(server.origin),
      rate: 50,
      duration: '200ms',
      timeout: '80ms',
      budgets: ['p50 < 1s', 'errors < 1%'],
    })
    expect(result).toMatchObject({ requests: 10, errors: 10, errorsByKind: { timeout: 10 }, statuses: {} })
    expect(result.responseMs).toMatchObject({ p50: 80, p99: 80, max: 80, mean: 80 })
    expect(result.budgets.map(({ verdict }) => verdict)).toEqual(['met', 'missed'])
  })

  test('a redirect is an answer, and is not followed', async () => {
    await using server = await startServer((request, response) => {
      response.writeHead(request.url === '/from' ? 302 : 500, { location: '/to' }).end()
    })
    const result = await runLoad({
      scenarios: urlScenario(`${server.origin}/from`),
      rate: 50,
      duration: '100ms',
    })
    expect(result).toMatchObject({ errors: 0, statuses: { 302: 5 } })
  })

  test('requests are the right ones and the errors, whatever the server does', async () => {
    const behaviours = ['200', '201', '304', '404', '503', 'reset', 'cut', 'silence'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...behaviours), { minLength: 1, maxLength: 10 }),
        async (script) => {
          let arrived = 0
          await using server = await startServer((_request, response) => {
            const behaviour = script[arrived++ % script.length]!
            if (behaviour === 'reset') response.destroy()
            else if (behaviour === 'cut') cutShort(response)
            else if (behaviour !== 'silence') response.writeHead(Number(behaviour)).end()
          })
          const result = await runLoad({
            scenarios: urlScenario(server.origin),
            rate: 200,
            duration: '100ms',
            timeout: '100ms',
          })
          expect(result.requests).toBe(20)
          expectToAddUp(result)
        },
      ),
      { numRuns: 8 },
    )
  })
})

/** Breaks the connection in the middle of a body. */
function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy())
}

/** Every request is counted once: as right or as an error, by its status or by its failure. */
function expectToAddUp({ requests, errors, errorsByKind, statuses, endpoints }: RunResult): void {
  expect(sum(errorsByKind)).toBe(errors)
  const failures = Object.entries(errorsByKind).filter(([kind]) => !kind.startsWith('status '))
  expect(sum(statuses) + sum(Object.fromEntries(failures))).toBe(requests)
  const right = Object.entries(statuses).filter(([status]) => Number(status) < 400)
  expect(sum(Object.fromEntries(right)) + errors).toBe(requests)
  expect(endpoints.reduce((total, endpoint) => total + endpoint.requests, 0)).toBe(requests)
  expect(endpoints.reduce((total, endpoint) => total + endpoint.errors, 0)).toBe(errors)
}

describe('the closed model', () => {
  test('never has more requests under way than users', async () => {
    const held: ServerResponse[] = []
    let most = 0
    await using server = await startServer((_request, response) => {
      held.push(response)
      most = Math.max(most, held.length)
      // Answers only full houses: were there ever fewer than four users, the run would end in timeouts.
      if (held.length >= 4) for (const waiting of held.splice(0)) waiting.end('ok')
    })
    const result = await runLoad({
      scenarios: urlScenario(server.origin),
      model: 'closed',
      users: 4,
      iterations: 40,
      timeout: '5s',
    })
    expect(most).toBe(4)
    expect(result).toMatchObject({
      model: 'closed',
      target: { rate: null, users: 4, arrivals: null },
      requests: 40,
      errors: 0,
    })
    expect(result.generator.connectionsOpened).toBe(4)
    expect(result.achievedRate).toBeGreaterThan(0)
  })

  test('ends when its iterations have ended', async () => {
    let seen = 0
    await using server = await startServer((_request, response) => {
      seen += 1
      response.end()
    })
    const scenarios = urlScenario(server.origin)
    const result = await runLoad({ scenarios, model: 'closed', users: 3, iterations: 10 })
    expect(seen).toBe(10)
    expect(result).toMatchObject({ requests: 10, errors: 0 })
    expect(ownReasons(result)).toEqual([])
  })

  test('survives a server that refuses every connection after the first', async () => {
    let answered = 0
    const server = createServer((_request, response) => {
      answered += 1
      response.end()
      server.close()
      server.closeAllConnections()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const result = await runLoad({
      scenarios: urlScenario(`http://127.0.0.1:${port}/`),
      model: 'closed',
      users: 2,
      duration: '200ms',
    })
    expect(answered).toBeGreaterThan(0)
    expect(result.errorsByKind.ECONNREFUSED).toBeGreaterThan(0)
    expectToAddUp(result)
  })
})

test('a stopped run keeps what was measured until then and says ABORTED', async () => {
  const controller = new AbortController()
  let arrived = 0
  await using server = await startServer((_request, response) => {
    arrived += 1
    // The one user sends the fourth only after three answers.
    if (arrived < 4) response.end()
    else controller.abort()
  })
  const result = await runLoad({
    scenarios: urlScenario(server.origin),
    model: 'closed',
    users: 1,
    duration: '1h',
    signal: controller.signal,
  })
  expect(result).toMatchObject({ verdict: 'ABORTED', requests: 3, errors: 0 })
  expect(result.reasons[0]).toBe('The run was stopped before its time.')
})

test('a run stopped before it began has measured nothing', async () => {
  await using server = await startServer((_request, response) => response.end())
  const result = await runLoad({
    scenarios: urlScenario(server.origin),
    duration: '1h',
    signal: AbortSignal.abort(),
  })
  expect(result).toMatchObject({ verdict: 'ABORTED', requests: 0, achievedRate: 0 })
})

test('progress tells once a second how the run is going', async () => {
  await using server = await startServer((_request, response) => response.end())
  const seen: Progress[] = []
  await runLoad({
    scenarios: urlScenario(server.origin),
    rate: 50,
    warmup: '1800ms',
    duration: '1s',
    onProgress: (progress) => seen.push(progress),
  })
  const [first, second] = [seen[0]!, seen[1]!]
  expect([first.phase, second.phase]).toEqual(['warmup', 'measuring'])
  expect(second.requests).toBeGreaterThan(first.requests)
  expect(first).toMatchObject({ totalMs: 2800, errors: 0 })
  expect(first.p95Ms).toBeGreaterThan(0)
})

test('an origin where nothing listens is refused before the run', async () => {
  const server = await startServer(() => {})
  await server[Symbol.asyncDispose]()
  await expect(runLoad({ scenarios: urlScenario(server.origin) })).rejects.toMatchObject({
    code: 'HP_LOAD_UNREACHABLE',
    message: expect.stringContaining(`Cannot connect to ${server.origin}: the connection was refused.`),
  })
})
