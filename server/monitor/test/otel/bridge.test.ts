import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type Context, context, type ContextManager, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { route } from '@hotpath/core'
import { type HttpHandlerMessage, type HttpRequestMessage, httpChannels } from '@hotpath/http/channels'
import { createMonitor } from '@hotpath/monitor'
import { createOtelBridge } from '@hotpath/monitor/otel'
import { expect, onTestFinished, test } from 'vitest'
import { publishStatement } from '../published.ts'

const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`

/** The SDK's own context manager is a package of its own; this is what it does. */
function keepContexts(): void {
  const contexts = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (active, work, ...rest) => contexts.run(active, () => work.apply(rest[0], rest.slice(1) as never)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  context.setGlobalContextManager(manager)
  onTestFinished(() => context.disable())
}

function start(sampler?: Sampler) {
  keepContexts()
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler && { sampler }),
  })
  const bridge = createOtelBridge({ tracer: provider.getTracer('test') })
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /a/:id')],
    targets: [],
    traces: { onTrace: bridge.onTrace },
    sources: { database: 'postgres', poolWaiting: () => 0, caches: () => [], ready: {} },
  })
  onTestFinished(() => monitor.close())
  /** Goes the way of a request through the HTTP layer: into the handler, and to its end. */
  function ask(
    headers: Record<string, string>,
    handler: (request: IncomingMessage) => void,
    given: { status?: number; added?: object } = {},
  ) {
    const { status = 200, added = {} } = given
    const request = new IncomingMessage(new Socket())
    Object.assign(request, {
      method: 'GET',
      url: '/a/7',
      headers: { ...headers, ...added },
      rawHeaders: Object.entries(headers).flat(),
    })
    const startedAt = performance.now()
    const begun: HttpHandlerMessage = { request, route: 'GET /a/:id', startedAt }
    const listener = bridge.stage((given) => handler(given))
    channel(httpChannels.handler).runStores(begun, () => listener(request, new ServerResponse(request)))
    const ended: HttpRequestMessage = {
      method: 'GET',
      route: 'GET /a/:id',
      status,
      durationMs: performance.now() - startedAt,
      bytes: 5,
      cache: 'miss',
      request,
    }
    channel(httpChannels.request).publish(ended)
    return request
  }
  return { ask, exporter, monitor }
}

test('a request becomes a span of its caller, with its statements below it', () => {
  const { ask, exporter } = start()
  const request = ask(
    { traceparent },
    () => publishStatement({ text: 'select 1', durationMs: 0.01, error: '57014' }),
    { status: 500 },
  )
  const [statement, server] = exporter.getFinishedSpans()
  expect(server).toMatchObject({
    name: 'GET /a/:id',
    kind: SpanKind.SERVER,
    parentSpanContext: { ...caller, isRemote: true },
    attributes: { 'http.route': '/a/:id', 'http.response.status_code': 500, 'hotpath.cache': 'miss' },
    status: { code: 2 },
  })
  const own = server!.spanContext()
  expect(own.traceId).toBe(caller.traceId)
  expect(statement).toMatchObject({
    name: 'select',
    kind: SpanKind.CLIENT,
    parentSpanContext: { traceId: caller.traceId, spanId: own.spanId },
    attributes: { 'db.system.name': 'postgresql' },
    status: { code: 2 },
  })
  expect(request.headers['traceparent']).toBe(`00-${caller.traceId}-${own.spanId}-01`)
})

test('the handler runs in its span, and the trace that is kept has the same id', () => {
  const { ask, exporter, monitor } = start()
  let active: string | undefined
  ask({ traceparent: 'nonsense' }, () => (active = trace.getActiveSpan()?.spanContext().spanId), {
    status: 503,
  })
  const [server] = exporter.getFinishedSpans()
  expect(server?.spanContext().spanId).toBe(active)
  expect(server?.parentSpanContext).toBeUndefined()
  expect(monitor.traces!.list().traces.map(({ id }) => id)).toEqual([server!.spanContext().traceId])
})

test('an id that the layer made is kept for whoever was told it, and does not decide what is sampled', () => {
  const { ask, exporter, monitor } = start()
  ask({}, () => {}, { status: 503, added: { traceparent: `00-${caller.traceId}-${caller.spanId}-00` } })
  const [server] = exporter.getFinishedSpans()
  expect(server?.parentSpanContext).toBeUndefined()
  expect(server?.attributes['hotpath.trace']).toBe(caller.traceId)
  expect(monitor.traces!.find(caller.traceId)?.status).toBe(503)
})

test('what the sampler leaves out is not exported, and says so to whoever is called', () => {
  const { ask, exporter } = start(new AlwaysOffSampler())
  const request = ask({ traceparent }, () => publishStatement())
  expect(exporter.getFinishedSpans()).toEqual([])
  expect(request.headers['traceparent']).toMatch(new RegExp(`^00-${caller.traceId}-[0-9a-f]{16}-00$`))
})
