import type { Capacity, Headroom } from '@hotpath/core'

export function headroom(over: Partial<Headroom> = {}): Headroom {
  return {
    rate: 212,
    highestRate: 289,
    slices: 240,
    coveredMs: 240_000,
    resources: [
      { resource: 'event loop', capacity: 1, utilisation: 0.48, base: 0.02, perRequest: 0.0022 },
      { resource: 'machine CPU', capacity: 2, utilisation: 0.41, base: 0.2, perRequest: 0.003 },
      { resource: 'process CPU', capacity: 2, utilisation: 0.26, base: 0.02, perRequest: 0.0024 },
      { resource: 'database pool', capacity: 10, utilisation: 0.09, base: 0, perRequest: 0.004 },
    ],
    saturation: { resource: 'event loop', value: 445, low: 430, high: 466 },
    ...over,
  }
}

export function capacity(over: Partial<Capacity> = {}): Capacity {
  return {
    worker: { pid: 4711, number: 1 },
    now: Date.UTC(2026, 4, 4, 14, 3),
    headroom: headroom(),
    plan: {
      file: 'capacity/plan.json',
      at: Date.UTC(2026, 4, 4, 9, 30),
      ratePerPod: 310,
      replicas: 9,
      spare: 1,
      budget: 'p95 < 200ms',
      cpuTarget: 60,
      minReplicas: 2,
      maxReplicas: 14,
      connections: { wanted: 140, most: 90, fits: false },
      databaseCores: 2.4,
      cost: { total: 1_840, currency: '$' },
      problems: ['14 pods of 10 connections are more than the 90 that the database gives.'],
    },
    ...over,
  }
}
