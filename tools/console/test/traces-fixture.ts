import type { RouteDetail, Span, Trace, Traces, TraceSummary } from '@hotpath/core'

const worker = { pid: 4711, number: 1 }
const now = Date.UTC(2026, 4, 4, 14, 3)

export function span(over: Partial<Span> = {}): Span {
  return {
    id: 0,
    parent: null,
    kind: 'request',
    name: 'GET /api/ballots/:id',
    startMs: 0,
    durationMs: 40,
    detail: '',
    fingerprint: null,
    failed: false,
    ...over,
  }
}

export function traceSummary(over: Partial<TraceSummary> = {}): TraceSummary {
  return {
    id: '4bf92f3577b34da6a3ce929d0e0e4736',
    at: now - 5_000,
    method: 'GET',
    route: 'GET /api/ballots/:id',
    status: 200,
    durationMs: 40,
    cache: 'miss',
    kept: 'sample',
    reasons: [{ kind: 'slow statement', ms: 31, text: 'select … from votes took 31 ms' }],
    sentence: 'GET /api/ballots/:id took 40 ms. Mostly: a statement on votes took 31 ms.',
    statements: 8,
    databaseMs: 31,
    hasBrowser: false,
    ...over,
  }
}

/** A miss whose statements come one by one. */
export function trace(over: Partial<Trace> = {}): Trace {
  const statements = Array.from({ length: 8 }, (_, index) =>
    span({
      id: 3 + index,
      parent: 2,
      kind: 'statement',
      name: 'select … from votes',
      startMs: 4 + index * 4,
      durationMs: 3.5,
    }),
  )
  return {
    ...traceSummary(),
    worker,
    parentSpan: null,
    budget: null,
    bytes: 4_096,
    spans: [
      span(),
      span({
        id: 1,
        parent: 0,
        kind: 'lookup',
        name: 'ballot',
        startMs: 0.2,
        durationMs: 38,
        detail: 'miss',
      }),
      span({ id: 2, parent: 1, kind: 'load', name: 'ballot', startMs: 0.4, durationMs: 37 }),
      ...statements,
    ],
    moreSpans: 0,
    browser: null,
    ...over,
  }
}

export function traces(over: Partial<Traces> = {}): Traces {
  return {
    worker,
    now,
    enabled: true,
    traces: [traceSummary(), traceSummary({ id: '5bf92f3577b34da6a3ce929d0e0e4736', durationMs: 90 })],
    store: { traces: 2, bytes: 4_000, maxBytes: 4_000_000, followed: 100, kept: 2 },
    ...over,
  }
}

export function routeDetail(over: Partial<RouteDetail> = {}): RouteDetail {
  return {
    worker,
    now,
    route: 'GET /api/ballots/:id',
    windowMs: 600_000,
    requests: 9_000,
    perSecond: 15,
    errors: 0.001,
    p50Ms: 0.4,
    p95Ms: 12,
    p99Ms: 48,
    hit: 0.91,
    meanBytes: 4_096,
    outcomes: { hit: 8_000, stale: 20, collapsed: 4, miss: 976, bypass: 0, off: 0 },
    statuses: [{ status: '200', count: 8_991 }],
    durations: [
      { upToMs: 1, count: 8_000 },
      { upToMs: null, count: 3 },
    ],
    declared: ['fresh: 1h', 'tags: by the request', 'budget: p95 < 50ms'],
    budgets: [{ text: 'p95 < 50ms', verdict: 'met', value: '12 ms' }],
    statements: [{ fingerprint: 'f1', text: 'select … from votes', calls: 976, meanMs: 3.5, share: 0.8 }],
    statementsPerRequest: 8.2,
    reasons: [{ kind: 'slow statement', traces: 4, ms: 900 }],
    traces: [traceSummary({ kept: 'slow' })],
    ...over,
  }
}
