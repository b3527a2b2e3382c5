import { channel } from 'node:diagnostics_channel'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { createCache, createTagSpace, steadyClock } from '@hotpath/cache'
import { route } from '@hotpath/core'
import { createHttpCache } from '@hotpath/http'
import { createMonitor, type Monitor, type TraceOptions } from '@hotpath/monitor'
import { type PostgresStatementMessage, postgresChannels } from '@hotpath/postgres/channels'
import { expect, onTestFinished, test, vi } from 'vitest'

const routes = [
  route('GET /ballots/:id', { fresh: '1h', budget: 'p95 < 20ms' }),
  route('GET /quick', { fresh: '1h' }),
  route('GET /broken'),
]

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown
type Followed = Parameters<NonNullable<TraceOptions['onTrace']>>[0]

interface Serving {
  monitor: Monitor
  ask(path: string, headers?: Record<string, string>): Promise<Response>
}

async function serve(listener: Handler, traces: TraceOptions = {}): Promise<Serving> {
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes,
    targets: [],
    traces: { sampleOneIn: Infinity, ...traces },
    sources: { database: 'postgres', poolWaiting: () => 0, caches: () => [], ready: {} },
  })
  const cache = createHttpCache({ routes, tags: createTagSpace() })
  const server = http
    .createServer(cache.wrap((request, response) => void listener(request, response)))
    .listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(async () => {
    monitor.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    monitor,
    async ask(path, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      await response.text()
      return response
    },
  }
}

const facts = {
  fingerprint: 'f1',
  sql: 'select * from votes where contest = $1',
  kind: 'read',
  tables: ['votes'],
  written: [],
  functions: [],
  batchable: [],
} satisfies PostgresStatementMessage['facts']

async function statement(ms: number, given: Partial<PostgresStatementMessage> = {}): Promise<void> {
  const beganAt = performance.now()
  await after(ms)
  const durationMs = performance.now() - beganAt
  const message: PostgresStatementMessage = {
    text: "select * from votes where secret = 'x'",
    durationMs,
    waitMs: 0,
    rows: 1,
    error: null,
    facts,
    route: null,
    site: null,
    ...given,
  }
  channel(postgresChannels.statement).publish(message)
}

/** What `look` gives, once that is something: a request is told a little after its answer. */
const untilFound = <T>(look: () => T) => vi.waitUntil(look, { interval: 10, timeout: 20_000 })

test('a slow request is kept, with the waits, loads and statements that made it slow', async () => {
  // The clock that is read once in a turn would let a load seem to outlast its lookup, where turns are long.
  const objects = createCache({ namespace: 'objects', tags: createTagSpace(), clock: steadyClock })
  const { monitor, ask } = await serve(async (_, response) => {
    await objects.getOrLoad('ballot:7', async () => {
      await statement(30, { waitMs: 12 })
      return 1
    })
    response.end('ok')
  })
  await ask('/ballots/7')
  const [summary] = await untilFound(() => {
    const { traces } = monitor.traces!.list()
    return traces.length > 0 && traces
  })
  expect(summary).toMatchObject({ route: 'GET /ballots/:id', kept: 'slow', cache: 'miss', statements: 1 })
  const trace = monitor.traces!.find(summary!.id)!
  expect(trace.budget).toBe('p95 < 20ms')
  expect(trace.spans.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
    expect.arrayContaining([
      'request GET /ballots/:id',
      'lookup ballot',
      'load objects',
      'pool connection',
      'statement select votes',
    ]),
  )
  const parents = new Map(trace.spans.map(({ id, kind }) => [id, kind]))
  const parentOf = (kind: string) => parents.get(trace.spans.find((span) => span.kind === kind)!.parent!)
  expect([parentOf('lookup'), parentOf('load')]).toEqual(['request', 'lookup'])
  expect(parentOf('statement')).toBe('load')
  // On a busy machine the event loop is a reason, too.
  expect(trace.reasons.map(({ kind }) => kind)).toContain('slow statement')
  expect(trace.sentence).toMatch(/^GET \/ballots\/:id took .* ms \(its budget: p95 < 20ms\)\. Mostly: /)
  expect(JSON.stringify(trace)).not.toContain('secret')
  expect(monitor.route('GET /ballots/:id')).toMatchObject({
    requests: 1,
    outcomes: { miss: 1 },
    statements: [],
    traces: [{ id: trace.id }],
  })
})

test('a hit of the HTTP cache is not followed, and a quick request is not kept', async () => {
  const { monitor, ask } = await serve((_, response) => void response.end('ok'))
  for (let count = 0; count < 3; count++) await ask('/quick')
  await untilFound(() => monitor.traces!.list().store.followed === 1)
  expect(monitor.traces!.list()).toMatchObject({ traces: [], store: { followed: 1, kept: 0 } })
})

test('a failure is kept, and says what failed', async () => {
  const { monitor, ask } = await serve(async (_, response) => {
    await statement(1, { error: '57014' })
    response.writeHead(500).end()
  })
  await ask('/broken')
  const [trace] = await untilFound(() => {
    const { traces } = monitor.traces!.list({ route: 'GET /broken' })
    return traces.length > 0 && traces
  })
  expect(trace!.kept).toBe('failed')
  expect(trace!.reasons[0]!.kind).toBe('error')
  expect(trace!.sentence).toContain('a statement failed (select votes, SQLSTATE 57014)')
})

test('many statements of one kind are told as a loop', async () => {
  const { monitor, ask } = await serve(async (_, response) => {
    for (let count = 0; count < 6; count++) await statement(5)
    response.end()
  })
  await ask('/ballots/8')
  const [trace] = await untilFound(() => {
    const { traces } = monitor.traces!.list()
    return traces.length > 0 && traces
  })
  const loop = trace!.reasons.find(({ kind }) => kind === 'n-plus-one')
  expect(loop!.text).toContain('the same statement 6 times')
})

test('who waited for the answer to another is told so', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  const seen: Followed[] = []
  const { ask } = await serve(
    async (_, response) => {
      arrived += 1
      await promise
      response.end('ok')
    },
    { onTrace: (trace) => void seen.push(trace) },
  )
  const asked = [ask('/ballots/9'), ask('/ballots/9')]
  await untilFound(() => arrived === 1)
  await after(40)
  resolve()
  await Promise.all(asked)
  await untilFound(() => seen.length === 2)
  const waiting = seen.find(({ cache }) => cache === 'collapsed')
  expect(waiting!.reasons.map(({ kind }) => kind)).toContain('wait')
  expect(waiting!.sentence).toContain('before its handler was called')
})

test('an id is taken from a traceparent in form alone, and the browser joins by it', async () => {
  const { monitor, ask } = await serve((_, response) => void response.end(), { sampleOneIn: 1 })
  const id = '0af7651916cd43dd8448eb211c80319c'
  await ask('/quick', { traceparent: `00-${id}-b7ad6b7169203331-01` })
  await ask('/broken', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` })
  const traces = await untilFound(() => {
    const { traces } = monitor.traces!.list()
    return traces.length === 2 && traces
  })
  expect(traces.map((trace) => trace.id)).toContain(id)
  expect(traces.every((trace) => /^[0-9a-f]{32}$/.test(trace.id) && !/^0+$/.test(trace.id))).toBe(true)
  const page = { route: '/quick', at: 0, ttfbMs: 120, lcpMs: 900, inpMs: null, cls: 0 }
  monitor.traces!.joinBrowser(id, page)
  monitor.traces!.joinBrowser('nobody', page)
  const { spans, hasBrowser, parentSpan } = monitor.traces!.find(id)!
  expect({ hasBrowser, parentSpan }).toEqual({ hasBrowser: true, parentSpan: 'b7ad6b7169203331' })
  expect(spans.filter(({ kind }) => kind === 'browser')).toMatchObject([
    { name: 'first byte', durationMs: 120 },
    { name: 'largest paint', durationMs: 900 },
  ])
})

test('what a handler does after its answer is not its time, and nothing is heard after the close', async () => {
  const { promise: late, resolve: done } = Promise.withResolvers<void>()
  const { monitor, ask } = await serve(
    (_, response) => {
      response.end()
      done(statement(30))
    },
    { sampleOneIn: 1 },
  )
  await ask('/quick')
  await late
  const [trace] = monitor.traces!.list().traces
  expect(trace).toMatchObject({ kept: 'sample', statements: 0 })
  monitor.close()
  expect(channel('hotpath:http:handler').hasSubscribers).toBe(false)
  expect(channel(postgresChannels.statement).hasSubscribers).toBe(false)
})
