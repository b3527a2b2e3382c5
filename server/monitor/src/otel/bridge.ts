import type { IncomingMessage, RequestListener } from 'node:http'
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api'
import { formatTraceparent, parseTraceparent, type Span } from '@hotpath/core'
import type { HttpRequestMessage } from '@hotpath/http/channels'
import type { KeptTrace } from '../traces/store.ts'

export interface OtelBridgeOptions {
  /** Of the SDK that the application has set up: its sampler decides what is recorded, its exporter where it goes. */
  tracer: Tracer
}

/** Makes spans of OpenTelemetry of the requests that reach their handler. */
export interface OtelBridge {
  /**
   * Stands before the handler, behind the HTTP cache: begins a server span, as a child of the caller's `traceparent`,
   * and runs the handler in it. The request's own `traceparent` names that span then, so that whoever hands it on goes
   * on with the same trace.
   */
  readonly stage: (next: RequestListener) => RequestListener
  /** For `traces: { onTrace }` of the monitor: gives the span its parts, and ends it. */
  readonly onTrace: (trace: KeptTrace, request: HttpRequestMessage['request']) => void
}

/** On the request, as the monitor's own recorder is. */
const spanOf = Symbol('hotpath.monitor.otel')
interface Spanned {
  [spanOf]?: OtelSpan | undefined
}

/** Makes one. */
export function createOtelBridge({ tracer }: OtelBridgeOptions): OtelBridge {
  return {
    stage: (next) => (request, response) => {
      const surrounding = callerOf(request)
      const span = tracer.startSpan(request.method ?? 'GET', { kind: OtelKind.SERVER }, surrounding)
      ;(request as Spanned)[spanOf] = span
      const { traceId, spanId, traceFlags } = span.spanContext()
      const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0
      request.headers['traceparent'] = formatTraceparent({ traceId, spanId, isSampled })
      context.with(trace.setSpan(surrounding, span), next, undefined, request, response)
    },
    onTrace(kept, request) {
      const spanned = request as Spanned
      const span = spanned[spanOf]
      if (span === undefined) return
      spanned[spanOf] = undefined
      if (span.isRecording()) describe(tracer, span, kept)
      span.end(kept.at + kept.durationMs)
    },
  }
}

/** Where the request comes from, if its client sent a header in the form of W3C Trace Context: the layer may have added one. */
function callerOf({ headers, rawHeaders }: IncomingMessage): Context {
  const isSent = rawHeaders.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'traceparent')
  const caller = isSent ? parseTraceparent(headers['traceparent']) : undefined
  if (!caller) return ROOT_CONTEXT
  const { traceId, spanId, isSampled } = caller
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

/** What the request came to; names as OpenTelemetry's semantic conventions for HTTP have them. */
function describe(tracer: Tracer, span: OtelSpan, kept: KeptTrace): void {
  const { id, method, route, status, cache, sentence, bytes } = kept
  const template = route.replace(/^[A-Z]+ /, '')
  span.updateName(`${method} ${template}`)
  span.setAttributes({
    'http.request.method': method,
    'http.route': template,
    'http.response.status_code': status,
    'http.response.body.size': bytes,
    'hotpath.cache': cache,
    'hotpath.trace': id,
    ...(sentence !== '' && { 'hotpath.sentence': sentence }),
  })
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  const made = new Map<number, OtelSpan>([[0, span]])
  // Parents are made before their parts, whichever began first by the clock.
  for (const part of byDepth(kept.spans)) {
    const parent = made.get(part.parent ?? 0) ?? span
    made.set(part.id, childOf(tracer, parent, { part, startedAt: kept.at }))
  }
}

function byDepth(spans: readonly Span[]): Span[] {
  const parents = new Map(spans.map(({ id, parent }) => [id, parent]))
  const depthOf = (id: number | null): number => (id === null ? 0 : 1 + depthOf(parents.get(id) ?? null))
  return spans.filter(({ id }) => id !== 0).sort((a, b) => depthOf(a.id) - depthOf(b.id))
}

function childOf(
  tracer: Tracer,
  parent: OtelSpan,
  { part, startedAt }: { part: Span; startedAt: number },
): OtelSpan {
  const { kind, name, startMs, durationMs, detail, failed } = part
  const startTime = startedAt + startMs
  const isCall = kind === 'statement'
  const child = tracer.startSpan(
    name,
    { kind: isCall ? OtelKind.CLIENT : OtelKind.INTERNAL, startTime, attributes: attributesOf(part) },
    trace.setSpan(ROOT_CONTEXT, parent),
  )
  if (failed) child.setStatus({ code: SpanStatusCode.ERROR, message: isCall ? detail : '' })
  child.end(startTime + durationMs)
  return child
}

/** A statement's detail is its text without values. */
function attributesOf({ kind, detail, fingerprint }: Span): Attributes {
  const common: Attributes = { 'hotpath.kind': kind, ...(detail !== '' && { 'hotpath.detail': detail }) }
  if (kind !== 'statement') return common
  return {
    ...common,
    'db.system.name': 'postgresql',
    ...(fingerprint !== null && { 'hotpath.fingerprint': fingerprint }),
  }
}
