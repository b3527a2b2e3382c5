import { createHistogram, type Histogram } from '@hotpath/core'
import type { StatementFacts } from './facts.ts'
import type { CapturedPlan } from './plan.ts'
import type { Finding } from './repeats.ts'
import { createSamples, type Samples } from './samples.ts'
import { addShare, type Share } from './share.ts'

/** What is known of the statements of one shape. */
export interface Figures {
  /** The first text that had the shape. It may hold literals: it goes to the parser and to nobody else. */
  readonly example: string
  /** What the parser said; null until it was asked. */
  facts: StatementFacts | null
  calls: number
  errors: number
  rows: number
  totalMs: number
  waitMs: number
  readonly times: Histogram
  readonly routes: Map<string, Share>
  /** Of the executions whose caller was looked at. */
  readonly sites: Map<string, Share>
  readonly samples: Samples
  /** Repetitions of it within one request, by route and line of code. */
  readonly findings: Map<string, Finding>
  /** The plan of a slow execution, and when it was asked for. */
  plan: CapturedPlan | null
}

/** One execution that ended. */
export interface Execution {
  durationMs: number
  waitMs: number
  rows: number
  failed: boolean
  route: string | undefined
  site: string | null | undefined
  values: readonly unknown[] | undefined
}

/** Relative error of a quantile below 3 %, in 7 kB per shape. */
const precisionBits = 5
const maxRoutes = 40
const maxSites = 20

export function createFigures(example: string, keep: { samples: number; random: () => number }): Figures {
  return {
    example,
    facts: null,
    calls: 0,
    errors: 0,
    rows: 0,
    totalMs: 0,
    waitMs: 0,
    times: createHistogram({ precisionBits }),
    routes: new Map(),
    sites: new Map(),
    samples: createSamples(keep.samples, keep.random),
    findings: new Map(),
    plan: null,
  }
}

export function addExecution(figures: Figures, execution: Execution): void {
  const { durationMs, waitMs, rows, failed, route, site, values } = execution
  figures.calls += 1
  figures.rows += rows
  figures.totalMs += durationMs
  figures.waitMs += waitMs
  if (failed) figures.errors += 1
  figures.times.record(durationMs)
  if (route !== undefined) addShare(figures.routes, route, { durationMs, max: maxRoutes })
  if (site) addShare(figures.sites, site, { durationMs, max: maxSites })
  if (values !== undefined && !failed) figures.samples.offer(values, durationMs)
}
