import type { Worker } from './worker.ts'

/** What can run out in one process. */
export type CapacityResource = 'event loop' | 'process CPU' | 'database pool' | 'machine CPU'

/** How much of one resource requests take, from what was seen of it. */
export interface ResourceUse {
  resource: CapacityResource
  /** How much of it there is: cores, connections, event loops. */
  capacity: number
  /** Share of it in use over the last minute, 0…1. */
  utilisation: number
  /** In use without any request, in units of `capacity`. */
  base: number
  /** Seconds of it that one request takes; 0 where requests do not use it. */
  perRequest: number
}

/** How far this process can go, by the utilisation law. */
export interface Headroom {
  /** Requests per second over the last minute, and the most of any slice that is known. */
  rate: number
  highestRate: number
  /** Slices that it rests on, and the time they cover. */
  slices: number
  coveredMs: number
  /** The busiest first. */
  resources: ResourceUse[]
  /** Requests per second at which the first resource is used up, with its 90 % interval; or why nothing can be said. */
  saturation: { resource: CapacityResource; value: number; low: number; high: number } | { refused: string }
}

/** The newest result of `hotpath capacity plan` below the data folder. */
export interface SavedPlan {
  /** Relative to the data folder. */
  file: string
  /** When it was written; milliseconds since 1970. */
  at: number
  /** Requests per second that one pod serves within the promise. */
  ratePerPod: number
  replicas: number
  spare: number
  budget: string
  /** Target of the autoscaler, per cent. */
  cpuTarget: number
  minReplicas: number
  maxReplicas: number
  connections: { wanted: number; most: number; fits: boolean } | null
  databaseCores: number | null
  /** A month's; null where no prices were given. */
  cost: { total: number; currency: string } | null
  /** What does not fit; empty where all does. */
  problems: string[]
}

/** GET /_hotpath/api/capacity. */
export interface Capacity {
  worker: Worker
  /** Milliseconds since 1970. */
  now: number
  headroom: Headroom
  /** Null where there is none. */
  plan: SavedPlan | null
}
