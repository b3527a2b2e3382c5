import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { postgresChannels, type PostgresStatementMessage } from '../channels.ts'
import { callSite } from './call-site.ts'
import { addExecution, type Figures } from './figures.ts'
import { readTapOptions, type TapOptions } from './options.ts'
import type { CapturedPlan } from './plan.ts'
import { createPlanCapture, type Explain } from './plan-capture.ts'
import {
  countRepetition,
  createRepeat,
  looksAtSite,
  noteRepetition,
  type Repeat,
  unknownSite,
} from './repeats.ts'
import { reportOf, type ReportOptions, type TapReport } from './report.ts'
import { currentScope, type RequestScope } from './request-scope.ts'
import { createShapes } from './shapes.ts'
import { createStatementReader } from './statement-reader.ts'

/** A statement under way. */
export interface Running {
  readonly text: string
  readonly values: readonly unknown[] | undefined
  readonly figures: Figures
  readonly scope: RequestScope | undefined
  readonly repeat: Repeat | undefined
  /** Counted from 1 among the same of its request. */
  readonly ordinal: number
  /** Its values were sent before in the same request. */
  readonly identical: boolean
  /** Null when no frame is the application's; undefined when nobody looked. */
  readonly site: string | null | undefined
  readonly inCallersContext: (<T>(work: () => T) => T) | undefined
  startedAt: number
  waitMs: number
}

/** Sees every statement of the pools and clients that it is put on. */
export interface Tap {
  /** A statement, at the place in the application that sends it. Nothing is timed yet. */
  begin(text: string, values: readonly unknown[] | undefined): Running
  /** It is handed to the driver, after `waitMs` for a connection. */
  handed(running: Running, waitMs: number): void
  /** It ended: with so many rows, or with an error. */
  ended(running: Running, error: Error | null | undefined, rows: number): void
  /** What was seen since the start, or since `reset`. */
  report(options?: ReportOptions): Promise<TapReport>
  /**
   * The plan of a statement as the server would run it now, with values that it was sent with. Null where none are kept,
   * where too many plans were asked for, and for a statement that was not seen.
   */
  planOf(fingerprint: string): Promise<CapturedPlan | null>
  /** Forgets what was seen. */
  reset(): void
  /** Ends what it opened for itself: the side connection for plans. What it saw can still be asked for. */
  close(): Promise<void>
}

const statements = channel(postgresChannels.statement)

/** One execution in so many has its line of code looked at, once a few were. */
const siteEvery = 1_024

/** A tap; `explain` asks for a plan on a side connection, null never does. */
export function createTap(given: TapOptions = {}, explain: Explain | null = null): Tap {
  const options = readTapOptions(given)
  const { now, keepsValues, findFrom } = options
  const reader = createStatementReader()
  const shapes = createShapes(options, reader)
  const plans = createPlanCapture(options, explain)

  return {
    begin(text, values) {
      const figures = shapes.figuresOf(text)
      const scope = currentScope()
      const before = scope?.repeats.get(figures)
      const repeat = before ?? (scope && firstOf(scope, figures, values))
      const identical = before !== undefined && noteRepetition(before, values)
      const looks = before ? looksAtSite(before.begun) : figures.calls < 3 || figures.calls % siteEvery === 0
      const looked = looks ? callSite() : undefined
      if (before?.more && looks) before.more.site = looked ?? unknownSite
      return {
        text,
        values,
        figures,
        scope,
        repeat,
        ordinal: repeat?.begun ?? 1,
        identical,
        site: looks ? looked : before?.more?.site,
        // The answer comes in the context of the socket; whoever listens may want to know whose statement it was.
        inCallersContext: statements.hasSubscribers ? AsyncLocalStorage.snapshot() : undefined,
        startedAt: 0,
        waitMs: 0,
      }
    },
    handed(running, waitMs) {
      running.startedAt = now()
      running.waitMs = waitMs
    },
    ended(running, error, rows) {
      const { figures, scope, repeat, ordinal, identical, site, waitMs, text, values } = running
      // One that never got its connection was not executed.
      const durationMs = running.startedAt === 0 ? 0 : now() - running.startedAt
      const kept = keepsValues ? (values ?? []) : undefined
      const route = scope?.route
      addExecution(figures, { durationMs, waitMs, rows, failed: !!error, route, site, values: kept })
      if (repeat && ordinal === 1) repeat.firstMs = durationMs
      else if (repeat) {
        const repetition = { route: route!, site: site ?? unknownSite, durationMs, identical }
        countRepetition(repeat, repetition, { findings: figures.findings, from: findFrom })
      }
      if (!error && durationMs >= options.slowMs) plans.offer(figures, { text, values: kept, durationMs })
      if (running.inCallersContext) publish(running, { durationMs, rows, error })
    },
    async report(asked = {}) {
      await shapes.parsed()
      await plans.settled()
      return reportOf(shapes.all(), asked, options)
    },
    async planOf(fingerprint) {
      await shapes.parsed()
      const figures = shapes.all().find(({ facts }) => facts?.fingerprint === fingerprint)
      const sample = figures?.samples.all()[0]
      if (!figures || !sample) return null
      const { values, durationMs } = sample
      return (await plans.ask(figures, { text: figures.example, values, durationMs })) ? figures.plan : null
    },
    reset: shapes.reset,
    close: plans.close,
  }
}

function firstOf(scope: RequestScope, figures: Figures, values: readonly unknown[] | undefined): Repeat {
  const repeat = createRepeat(values)
  scope.repeats.set(figures, repeat)
  return repeat
}

function publish(
  running: Running,
  { durationMs, rows, error }: { durationMs: number; rows: number; error: Error | null | undefined },
): void {
  const { text, waitMs, figures, scope, site, inCallersContext } = running
  const message: PostgresStatementMessage = {
    text,
    durationMs,
    waitMs,
    rows,
    error: error ? codeOf(error) : null,
    facts: figures.facts,
    route: scope?.route ?? null,
    site: site ?? null,
  }
  inCallersContext?.(() => statements.publish(message))
}

function codeOf(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.name
}
