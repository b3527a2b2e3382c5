import type { LoadOptions } from '../run/plan.ts'
import type { Part } from '../run/part.ts'
import type { Progress } from '../record/progress.ts'
import type { Share } from '../schedule/share.ts'

/**
 * Where generators find the scenarios: functions cannot travel, so each imports a module and asks its export
 * `scenariosOf(what)` for them.
 */
export interface ScenarioSource {
  /** A file: URL. A generator on another host uses a module of its own instead. */
  module: string
  /** A URL, the name of a scenario, a file: what the module understands. */
  what: string
}

/** The options that travel: everything but functions, the signal and the scenarios. */
export type TravellingOptions = Omit<LoadOptions, 'scenarios' | 'signal' | 'onProgress'>

/** What a generator has to do. */
export interface Assignment {
  options: TravellingOptions
  source: ScenarioSource
  share: Share
  /** What the setups gave, one for each scenario; null when it cannot travel and each generator prepares its own. */
  shared: unknown[] | null
}

/** From the coordinator to a generator; safe in JSON. */
export type ToMember =
  | { type: 'prepare'; assignment: Assignment }
  /** Milliseconds since 1970, by the clock of the generator's host. */
  | { type: 'start'; at: number }
  | { type: 'stop' }

/** An error as it travels. */
export interface TravellingError {
  code: string | null
  what: string
  why: string
  fix: string
}

/** From a generator to its coordinator; safe in JSON. */
export type FromMember =
  /** It runs; the first message of all. */
  | { type: 'hello'; version: string }
  /** Everything is prepared, the start is awaited. */
  | { type: 'ready' }
  | { type: 'progress'; progress: Progress }
  | { type: 'done'; part: Part }
  | { type: 'failed'; error: TravellingError }
