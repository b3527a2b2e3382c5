import type { VitalFigures, VitalName, Vitals, VitalsByName, VitalsRow } from '@hotpath/core'

export function vital(over: Partial<VitalFigures> = {}): VitalFigures {
  return {
    count: 1_204,
    p75: 1_620,
    current: 1_580,
    mean: 1_310,
    min: 320,
    max: 9_400,
    good: 0.84,
    needs: 0.11,
    poor: 0.05,
    verdict: 'good',
    ...over,
  }
}

const all: VitalsByName = {
  LCP: vital({ p75: 2_840, verdict: 'needs improvement', good: 0.7, needs: 0.2, poor: 0.1 }),
  INP: vital({ p75: 84, current: 90, mean: 61, min: 8, max: 640 }),
  CLS: vital({ p75: 0.04, current: 0.03, mean: 0.02, min: 0, max: 0.4 }),
  FCP: vital({ p75: 910 }),
  TTFB: vital({ p75: 180, mean: 120, min: 9, max: 2_100 }),
} satisfies Record<VitalName, VitalFigures>

const row = (over: Partial<VitalsRow>): VitalsRow => ({
  route: 'GET /contests/:id',
  kind: 'load',
  device: 'phone',
  connection: '4g',
  views: 612,
  vitals: all,
  ...over,
})

export function vitalsReport(over: Partial<Vitals> = {}): Vitals {
  const now = Date.UTC(2026, 4, 4, 14, 3)
  return {
    worker: { pid: 4711, number: 1 },
    now,
    windowMs: 3_600_000,
    enabled: true,
    all,
    targets: [
      { text: 'LCP p75 < 2.5s', verdict: 'missed', value: 2_840 },
      { text: 'INP p75 < 200ms', verdict: 'met', value: 84 },
    ],
    routes: [
      row({}),
      row({ route: 'GET /', views: 410 }),
      row({ route: 'GET /contests/:id', kind: 'soft', views: 120, vitals: { INP: all.INP! } }),
    ],
    rows: [row({}), row({ device: 'desktop', views: 210 }), row({ connection: '3g', views: 34 })],
    navigations: [{ navigation: 'navigate', count: 900 }],
    elements: [
      {
        route: 'GET /contests/:id',
        vital: 'LCP',
        selector: 'main > img.candidate',
        count: 512,
        mean: 2_410,
        worst: 9_400,
        script: '',
      },
      {
        route: 'GET /',
        vital: 'INP',
        selector: 'button.vote',
        count: 88,
        mean: 140,
        worst: 640,
        script: 'contest.js',
      },
    ],
    tasks: [{ route: 'GET /contests/:id', count: 31, totalMs: 4_100, longestMs: 310 }],
    errors: [{ route: 'GET /', name: 'TypeError', file: 'app.js', count: 3, lastAt: now - 60_000 }],
    slowest: [
      {
        at: now - 120_000,
        route: 'GET /contests/:id',
        device: 'phone',
        connection: '3g',
        lcpMs: 9_400,
        ttfbMs: 2_100,
        trace: '0af7651916cd43dd8448eb211c80319c',
        cache: 'miss',
        databaseMs: 1_840,
      },
    ],
    intake: {
      accepted: 1_204,
      sampled: 0,
      malformed: 2,
      tooLarge: 0,
      foreign: 1,
      limited: 0,
      unknownRoutes: 0,
    },
    ...over,
  }
}
