import type { Collected, TimedWindow } from '../src/collected.ts'
import { readPromises } from '../src/promises.ts'
import { createRequestWindow } from '../src/request-window.ts'
import { route, type RoutePattern } from '@hotpath/core'

/** A window in few words. */
export interface Sketch {
  requests?: number
  errors?: number
  hits?: number
  lookups?: number
  /** Every request took this long. */
  ms?: number
  seconds?: number
  warming?: boolean
}

/** The window of a sketch. */
export function windowOf({ requests = 0, ms = 10, seconds = 60, ...rest }: Sketch = {}): TimedWindow {
  const window = { ...createRequestWindow(), requests, seconds, warming: false, ...rest }
  window.times.record(ms, requests)
  return window
}

/** A collection in few words: what the last minute, the five before and ten minutes of each route held. */
export interface CollectionSketch {
  minute?: Sketch
  before?: Sketch
  routes?: Record<string, Sketch>
  /** Budgets by route. */
  budgets?: Record<string, string | string[]>
  targets?: string[]
  layer?: 'on' | 'off'
  steps?: Collected['steps']
  alerts?: Collected['alerts']
}

/** The collection of a sketch. */
export function collectionOf(sketch: CollectionSketch = {}): Collected {
  const {
    minute,
    before,
    routes = {},
    budgets = {},
    targets = [],
    layer = 'on',
    steps = [],
    alerts = [],
  } = sketch
  const declared = Object.entries(budgets).map(([pattern, budget]) =>
    route(pattern as RoutePattern, { budget }),
  )
  return {
    identity: { app: 'shop', layer, startedAt: 0, database: 'postgres' },
    now: 3_600_000,
    stepMs: 5_000,
    minute: windowOf(minute),
    before: windowOf({ seconds: 300, ...before }),
    steps,
    routes: Object.entries(routes).map(([route, window]) => ({
      route,
      ...windowOf({ seconds: 600, ...window }),
    })),
    promises: readPromises(
      declared,
      targets.map((budget, index) => ({ id: `T-${index}`, title: budget, budget })),
    ),
    fixes: [],
    alerts,
    vitals: null,
    resources: {
      cpu: 0.1,
      eventLoopDelayP99Ms: 1,
      eventLoopUtilisation: 0.1,
      rssBytes: 1,
      heapBytes: 1,
      cacheEntries: 0,
      cacheBytes: 0,
      poolWaiting: 0,
      statementsPerSecond: 0,
    },
  }
}
