import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHistogram, histogramFromJSON } from '@hotpath/core'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type Agent, startAgent } from '../../src/fleet/agent.ts'
import { runFleet } from '../../src/fleet/run-fleet.ts'
import { urlSource } from '../../src/fleet/url-source.ts'
import { schedule } from '../../src/schedule/schedule.ts'
import { type TestServer, startServer } from '../server.ts'

const token = 'a token of enough length'
const module = urlSource('').module
const cleanup: AsyncDisposable[] = []

afterEach(async () => {
  for (const one of cleanup.splice(0)) await one[Symbol.asyncDispose]()
})

const source = (what: string) => ({ module: new URL('./fleet-source.ts', import.meta.url).href, what })

/** A server that notes the queries it was asked for. */
async function start(): Promise<TestServer & { queries: string[]; setups(): number }> {
  const queries: string[] = []
  let setups = 0
  const server = await startServer((request, response) => {
    if (request.url === '/setup') return response.end(JSON.stringify(`setup${++setups}`))
    queries.push(request.url!.slice(2))
    return response.end('{}')
  })
  cleanup.push(server)
  return { ...server, queries, setups: () => setups }
}

async function agent(options: { workers?: number } = {}): Promise<Agent> {
  const started = await startAgent({ token, module: source('').module, ...options })
  cleanup.push(started)
  return started
}

test('threads, processes and agents send one schedule together, each arrival once', async () => {
  const { origin, queries } = await start()
  const { port } = await agent()
  const load = { rate: 200, duration: '1s', arrivals: 'poisson', seed: 7 } as const
  const result = await runFleet({
    ...load,
    source: source(`numbers ${origin}`),
    workers: 2,
    processes: 1,
    agents: [`127.0.0.1:${port}`],
    token,
    histograms: true,
  })
  const due = schedule({ ...load, durationMs: 1000 }).length
  expect(queries.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: due }, (_, index) => index))
  expect(result.requests).toBe(due)
  expect(result.errors).toBe(0)
  expect(histogramFromJSON(result.histograms!.response).count()).toBe(due)
  expect(result.fleet.map(({ requests }) => requests)).toEqual([50, 50, 50, 50])
  expect(result.fleet.map(({ clock }) => clock === null)).toEqual([true, true, true, false])
  // The agent's clock is ours here: what is said of it must hold the truth.
  const { offsetMs, uncertaintyMs } = result.fleet[3]!.clock!
  expect(Math.abs(offsetMs)).toBeLessThanOrEqual(uncertaintyMs + 1)
  expect(result.generator.generators).toBe(4)
})

test('several merged histograms are that of all values, within 0.1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.double({ min: 0.001, max: 1e5, noNaN: true })), { minLength: 1 }),
      (shares) => {
        const merged = createHistogram()
        for (const share of shares) {
          const part = createHistogram()
          for (const ms of share) part.record(ms)
          merged.merge(JSON.parse(JSON.stringify(part)))
        }
        const pooled = shares.flat().sort((a, b) => a - b)
        for (const q of pooled.length === 0 ? [] : [0.5, 0.95, 0.99]) {
          const exact = pooled[Math.max(1, Math.ceil(q * pooled.length)) - 1]!
          expect(Math.abs(merged.quantile(q) - exact)).toBeLessThanOrEqual(0.001 * exact + 0.001)
        }
      },
    ),
  )
})

test.for(['workers', 'processes'] as const)(
  'is INVALID, with what was measured, when one of %s dies',
  async (kind) => {
    const { origin } = await start()
    const result = await runFleet({ source: source(`dies ${origin}`), rate: 100, duration: '60s', [kind]: 2 })
    expect(result.verdict).toBe('INVALID')
    expect(result.reasons.join(' ')).toContain('ended with exit code 7')
    expect(result.requests).toBeGreaterThan(0)
    expect(result.fleet.map(({ requests }) => requests === null)).toEqual([false, true])
  },
)

test('stops all generators when it is told to, and keeps what they measured', async () => {
  const { origin, queries } = await start()
  const stop = new AbortController()
  const result = await runFleet({
    source: source(`numbers ${origin}`),
    rate: 200,
    duration: '60s',
    workers: 1,
    processes: 1,
    signal: stop.signal,
    onProgress: ({ requests, window }) => {
      expect(window.count).toBeLessThanOrEqual(requests)
      if (requests > 40) stop.abort()
    },
  })
  expect(result.verdict).toBe('ABORTED')
  expect(result.requests).toBeGreaterThan(40)
  expect(result.requests).toBeLessThanOrEqual(queries.length)
})

test('runs a setup once for all, or, when its result cannot travel, once more for each', async () => {
  const { origin, queries, setups } = await start()
  await runFleet({ source: source(`shared ${origin}`), rate: 20, duration: '0.2s', workers: 2 })
  expect(setups()).toBe(1)
  expect(new Set(queries)).toEqual(new Set(['setup1']))
  await runFleet({ source: source(`functions ${origin}`), rate: 20, duration: '0.2s', workers: 2 })
  expect(setups()).toBe(4)
})

test('says what a scenario threw in another thread or process', async () => {
  const { origin } = await start()
  const run = runFleet({ source: source(`throws ${origin}`), rate: 100, duration: '60s', processes: 2 })
  await expect(run).rejects.toMatchObject({
    code: 'HP_LOAD_SCENARIO_FAILED',
    what: expect.stringContaining('no such thing'),
  })
})

test('refuses fewer connections than generators, and none at all', async () => {
  const { origin } = await start()
  const load = { source: source(`numbers ${origin}`), rate: 20, duration: '1s' } as const
  await expect(runFleet({ ...load, workers: 3, connections: 2 })).rejects.toMatchObject({
    code: 'HP_LOAD_OPTION',
  })
  await expect(runFleet({ ...load, workers: 0 })).rejects.toMatchObject({ code: 'HP_LOAD_OPTION' })
})

test('an agent lends generators to who knows its token, as many as it has', async () => {
  const { origin } = await start()
  const { port } = await agent({ workers: 1 })
  const load = { source: source(`numbers ${origin}`), rate: 20, duration: '0.2s' } as const
  const address = `127.0.0.1:${port}`
  const refused = (problem: string) => ({ code: 'HP_LOAD_AGENT', what: expect.stringContaining(problem) })
  await expect(
    runFleet({ ...load, agents: [address], token: 'another token, as long' }),
  ).rejects.toMatchObject(refused('another token'))
  await expect(runFleet({ ...load, agents: [address, address], token })).rejects.toMatchObject(
    refused('all its generators are taken'),
  )
  await expect(runFleet({ ...load, agents: ['localhost'], token })).rejects.toMatchObject(
    refused('host:port'),
  )
  await expect(startAgent({ token: 'short', module })).rejects.toMatchObject({ code: 'HP_LOAD_TOKEN' })
  // What was taken is free again.
  await expect(runFleet({ ...load, agents: [address], token })).resolves.toMatchObject({ requests: 4 })
})

test('an agent takes scenarios from its own module, whatever it is told, and survives nonsense', async () => {
  const { origin, queries } = await start()
  const started = await startAgent({ token, module })
  cleanup.push(started)
  const agents = [`127.0.0.1:${started.port}`]
  const socket = new WebSocket(`ws://${agents[0]}/hotpath-load-agent`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.once('open', () => socket.send('{"type":"prepare","assignment":null}'))
  expect(await closed).toBe(1007)
  await expect(
    runFleet({ source: source(`numbers ${origin}`), rate: 20, duration: '0.2s', agents, token }),
  ).rejects.toMatchObject({ code: 'HP_LOAD_URL' })
  expect(queries).toEqual([])
})

test('refuses an agent of another version', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (connection) => {
    connection.on('message', () => connection.send(JSON.stringify({ type: 'clock', now: Date.now() })))
    connection.send(JSON.stringify({ type: 'hello', version: '0.0.1' }))
  })
  const { port } = server.address() as AddressInfo
  const run = runFleet({ source: urlSource('http://127.0.0.1:1'), agents: [`127.0.0.1:${port}`], token })
  await expect(run).rejects.toMatchObject({ code: 'HP_LOAD_UNREACHABLE' })
  const { origin } = await start()
  const other = runFleet({ source: urlSource(origin), agents: [`127.0.0.1:${port}`], token })
  await expect(other).rejects.toMatchObject({ code: 'HP_LOAD_GENERATOR' })
  server.close()
})
