/** What a worker is started with. */
export interface WorkerPlan {
  worker: number
  seed: number
  url: string
  app: string
  /** Breaks a rule on purpose, to see it found. */
  broken?: Breakage
}

export const breakages = ['ignore-notices', 'hide-gaps'] as const
export type Breakage = (typeof breakages)[number]

/** One read of one key: times in milliseconds of the shared clock. */
export interface Read {
  cache: number
  key: string
  /** How it was read. */
  how: string
  /** -1: nothing was there, or the call failed as it may. */
  version: number
  start: number
  end: number
  strong: boolean
}

/** An invalidation that this process asked for, as far as one cache and key is concerned. */
export interface Cut {
  cache: number
  key: string
  version: number
  how: string
  /** When the call was made, and when it resolved. */
  start: number
  end: number
  /** Redis has it. */
  acknowledged: boolean
  /** Every process has it. */
  fleet: boolean
  /** Expired only: it may be served on. */
  soft: boolean
}

/** A call that ended, for its duration alone. */
export interface LateCall {
  how: string
  start: number
  end: number
}

/** What a worker has seen since it last told. */
export interface Batch {
  kind: 'batch'
  reads: Read[]
  cuts: Cut[]
  late: LateCall[]
  /** When its event loop stood still, in pairs of from and until. */
  stalls: number[]
  /** Everything that ended before this moment has been told. */
  until: number
  /** Calls by name and outcome. */
  counts: Record<string, number>
}

/** Of worker to coordinator; `ask` gets a `reply`. */
export type Upward =
  | Batch
  | { kind: 'ready' }
  | { kind: 'ask'; id: number; what: 'load' | 'write'; cache: number; keys: string[] }
  | { kind: 'trouble'; text: string }
  /** Every key read once, after everything. */
  | { kind: 'settled'; reads: Read[] }

export type Downward =
  | { kind: 'reply'; id: number; versions: number[] | null }
  /** Begin no more calls. */
  | { kind: 'rest' }
  /** Read every key once and tell. */
  | { kind: 'settle'; keys: string[] }
  /** Close everything; the process ends by itself. */
  | { kind: 'close' }
