import type {
  LoadComparison,
  LoadMetricVerdict,
  LoadProgress,
  LoadRun,
  LoadRunSummary,
  Loads,
} from '@hotpath/core'

const at = Date.UTC(2026, 4, 4, 14, 2)

export function runSummary(over: Partial<LoadRunSummary> = {}): LoadRunSummary {
  return {
    id: '2026-05-04T14-02-00-000Z-read-mix',
    scenario: 'read-mix',
    verdict: 'VALID',
    reasons: [],
    startedAt: at,
    durationMs: 30_000,
    rate: 200,
    achievedRate: 199.2,
    requests: 5_976,
    errors: 0,
    responseMs: { p50: 1.8, p90: 4.2, p95: 6.1, p99: 18, max: 82 },
    budgets: [
      { text: 'p95 < 200ms', verdict: 'met', value: 6.1 },
      { text: 'errors < 1%', verdict: 'met', value: 0 },
    ],
    ...over,
  }
}

export function loadProgress(second: number): LoadProgress {
  return {
    phase: second < 2 ? 'warmup' : 'measuring',
    elapsedMs: 1000 * second,
    totalMs: 31_000,
    rate: 190 + (second % 5) * 4,
    p95Ms: 5 + (second % 7),
    requests: 200 * second,
    errors: 0,
    underWay: 2,
    generator: { eventLoopUtilisation: 0.12, latenessP99Ms: 0.4 },
  }
}

export function loads(over: Partial<Loads> = {}): Loads {
  return {
    now: at + 60_000,
    whyNot: '',
    scenarios: ['casual-browser', 'active-voter', 'read-mix'],
    limits: { ratePerSecond: 10_000, durationMs: 600_000 },
    current: null,
    runs: [
      runSummary(),
      runSummary({
        id: 'b',
        startedAt: at - 3_600_000,
        budgets: [{ text: 'p95 < 5ms', verdict: 'missed', value: 6.1 }],
      }),
      runSummary({
        id: 'c',
        startedAt: at - 7_200_000,
        verdict: 'INVALID',
        reasons: ['The generator was late.'],
      }),
      runSummary({ id: 'd', startedAt: at - 9_000_000, verdict: 'ABORTED', budgets: [] }),
      runSummary({
        id: 'e',
        startedAt: at - 9_900_000,
        verdict: 'FAILED',
        requests: 0,
        responseMs: { p50: null, p90: null, p95: null, p99: null, max: null },
        reasons: ['The scenario could not be set up.'],
      }),
    ],
    ...over,
  }
}

export const underWay: NonNullable<Loads['current']> = {
  id: 'now',
  scenario: 'read-mix',
  rate: 200,
  durationMs: 30_000,
  budgets: [],
  startedAt: at,
  isStopping: false,
  progress: Array.from({ length: 18 }, (_, second) => loadProgress(second + 1)),
}

const seconds = Array.from({ length: 30 }, (_, second) => second)

export function loadRun(over: Partial<LoadRun> = {}): LoadRun {
  return {
    ...runSummary(),
    errorsByKind: {},
    bytes: 48_200_000,
    serviceMs: { p50: 1.7, p90: 4, p95: 6, p99: 17, max: 80 },
    ttfbMs: { p50: 1.4, p90: 3.6, p95: 5.2, p99: 15, max: 79 },
    latenessMs: { p50: 0.1, p90: 0.2, p95: 0.3, p99: 0.6, max: 2 },
    endpoints: [
      {
        name: 'GET /api/contests/:id/questions',
        requests: 2_700,
        errors: 0,
        responseMs: { p50: 2.1, p90: 5, p95: 7.2, p99: 20, max: 82 },
      },
      {
        name: 'GET /api/contests/:id',
        requests: 900,
        errors: 0,
        responseMs: { p50: 1.1, p90: 2, p95: 3.1, p99: 8, max: 31 },
      },
    ],
    checks: [{ name: 'has questions', passed: 2_700, failed: 0 }],
    histogram: Array.from({ length: 44 }, (_, bar) => ({
      from: 0.5 * 1.12 ** bar,
      to: 0.5 * 1.12 ** (bar + 1),
      count: Math.round(600 * Math.exp(-(((bar - 12) / 8) ** 2)) + (bar > 38 ? 6 : 0)),
    })),
    timeline: {
      sliceMs: 1000,
      points: seconds.map((second) => ({
        atMs: second * 1000,
        sentRate: 195 + (second % 4) * 3,
        answeredRate: 194 + (second % 4) * 3,
        errorRate: 0,
        p50: 1.7 + (second % 3) * 0.1,
        p95: 5.4 + (second % 6) * 0.4,
        p99: 14 + (second % 9),
      })),
    },
    generator: { eventLoopUtilisation: 0.12, cpuSeconds: 2.1, connectionsOpened: 12 },
    server: {
      processes: 1,
      cores: 2,
      poolSize: 10,
      samples: seconds.map((second) => ({
        atMs: second * 1000,
        cpu: 0.42 + (second % 5) * 0.02,
        databaseCpu: 0.11,
        eventLoopUtilisation: 0.31 + (second % 4) * 0.02,
        eventLoopDelayP99Ms: 11,
        statementRate: 40,
        poolBusy: 0.3,
        httpHitShare: 0.93,
      })),
      attribution: {
        causes: [
          {
            name: 'event loop',
            share: 0.52,
            ms: 3.2,
            evidence: 'the event loop was busy 34% of the time and late by 3.2ms (p99)',
          },
          {
            name: 'database',
            share: 0.21,
            ms: 1.3,
            evidence: 'statements took 1.3ms (p95), and 7% of the cacheable requests reached the handler',
          },
        ],
        unexplained: 0.27,
        sentence: 'The event loop explains about half of p95.',
      },
    },
    ...over,
  }
}

function metric(over: Partial<LoadMetricVerdict>): LoadMetricVerdict {
  return {
    name: 'p95',
    title: 'p95',
    ratio: 1.21,
    low: 1.08,
    high: 1.4,
    verdict: 'REGRESSED',
    gating: true,
    a: 6.1,
    b: 7.4,
    ...over,
  }
}

export function loadComparison(over: Partial<LoadComparison> = {}): LoadComparison {
  return {
    verdict: 'REGRESSED',
    metrics: [
      metric({}),
      metric({ name: 'p50', title: 'p50', ratio: 1.01, low: 0.98, high: 1.03, verdict: 'EQUIVALENT' }),
      metric({
        name: 'errors',
        title: 'Errors',
        ratio: 1,
        low: null,
        high: null,
        verdict: 'INCONCLUSIVE',
        gating: false,
      }),
    ],
    notes: [
      'The runs were not taken in turn, so what else changed between the times counts as a difference, too.',
    ],
    a: [runSummary({ id: 'b', startedAt: at - 3_600_000 })],
    b: [runSummary()],
    ...over,
  }
}
