import type {
  CachesReport,
  KeyExplanation,
  KeyGroupFigures,
  PurgePreview,
  UrlExplanation,
} from '@hotpath/core'

const worker = { pid: 4711, number: 1 }

export function keyGroup(over: Partial<KeyGroupFigures> = {}): KeyGroupFigures {
  return {
    name: 'ballot',
    hits: { memory: 91_204, redis: 310 },
    staleHits: 42,
    misses: { absent: 210, expired: 94, invalidated: 33, unreachable: 0, corrupt: 0 },
    loads: 300,
    loadErrors: 1,
    loadMs: 1_840,
    sharedLoads: 57,
    bytes: 1_240_000,
    ...over,
  }
}

export function cachesReport(over: Partial<CachesReport> = {}): CachesReport {
  return {
    worker,
    http: {
      hits: 182_410,
      staleHits: 1_204,
      redisHits: 310,
      collapsed: 912,
      misses: 8_204,
      bypassed: 2_100,
      notStored: 14,
      entries: 4_120,
      bytes: 18_400_000,
      evictions: 12,
    },
    objects: [
      {
        namespace: 'civicq',
        entries: 2_210,
        bytes: 4_900_000,
        hits: 120_400,
        staleHits: 210,
        collapsed: 133,
        misses: 1_320,
        loads: 1_290,
        loadErrors: 2,
        fencedFills: 9,
        inFlight: 0,
        evictions: 0,
        invalidations: 410,
        loadMs: { mean: 6.2, p95: 18 },
        groups: [
          keyGroup(),
          keyGroup({ name: 'contest', bytes: 820_000 }),
          keyGroup({ name: 'trending', loads: 0 }),
        ],
      },
      {
        namespace: 'queries',
        entries: 210,
        bytes: 310_000,
        hits: 9_100,
        staleHits: 0,
        collapsed: 4,
        misses: 420,
        loads: 420,
        loadErrors: 0,
        fencedFills: 1,
        inFlight: 0,
        evictions: 0,
        invalidations: 88,
        loadMs: { mean: 1.1, p95: 3 },
        groups: [keyGroup({ name: 'q', sharedLoads: 4 })],
      },
    ],
    cdns: [],
    off: ['GET /api/contests/:id/trending'],
    ...over,
  }
}

export const keyExplanation: KeyExplanation = {
  worker,
  key: 'ballot:12',
  namespace: 'civicq',
  verdict: 'Served from memory.',
  memory: {
    state: 'fresh',
    freshForMs: 41_000,
    staleForMs: 86_400_000,
    keptForMs: 86_400_000,
    loadMs: 6,
    tags: ['ballot:12', 'city:3'],
  },
  redis: null,
}

export const urlExplanation: UrlExplanation = {
  worker,
  url: '/api/ballots/12',
  host: 'localhost',
  route: 'GET /api/ballots/:id',
  headers: { 'cache-control': 'no-cache', 'cdn-cache-control': 'max-age=3600, stale-while-revalidate=86400' },
  tags: ['ballot:12'],
  isPrivate: false,
  stored: [
    {
      status: 200,
      ageMs: 12_000,
      freshForMs: 3_588_000,
      staleForMs: 89_988_000,
      bytes: 4_210,
      chosenBy: {},
      tags: ['ballot:12'],
    },
  ],
}

export const purgePreview: PurgePreview = {
  worker,
  http: { count: 31, sample: Array.from({ length: 20 }, (_, page) => `/api/ballots/12?page=${page + 1}`) },
  objects: [{ namespace: 'civicq', count: 2, sample: ['ballot:12', 'ballot:12:contests'] }],
}
