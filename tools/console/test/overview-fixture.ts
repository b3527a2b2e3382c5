import type { Overview } from '@hotpath/core'

/** An overview in which nothing has happened yet. */
export const quietOverview: Overview = {
  app: 'civicq',
  layer: 'on',
  startedAt: 0,
  now: 1_000,
  stepMs: 5_000,
  verdict: { state: 'quiet', sentence: 'No requests yet.' },
  tiles: [],
  routes: [],
  fixes: [],
  resources: {
    cpu: 0,
    eventLoopDelayP99Ms: 0,
    eventLoopUtilisation: 0,
    rssBytes: 0,
    heapBytes: 0,
    cacheEntries: 0,
    cacheBytes: 0,
    poolWaiting: 0,
    statementsPerSecond: 0,
  },
  database: 'pglite',
}
