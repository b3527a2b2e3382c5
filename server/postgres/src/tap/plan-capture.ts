import type { Figures } from './figures.ts'
import type { TapSettings } from './options.ts'
import { type CapturedPlan, type PlanNode, withoutValues } from './plan.ts'

/** Asks a server for a plan on a connection of its own. */
export interface Explain {
  explain(text: string, values: readonly unknown[], options: { analyze: boolean }): Promise<PlanNode>
  close(): Promise<void>
}

/** One slow execution. */
export interface SlowExecution {
  text: string
  /** Undefined where values are not kept; then there is no plan for them either. */
  values: readonly unknown[] | undefined
  durationMs: number
}

export interface PlanCapture {
  /** Asks for the plan of this execution, unless there is a recent one or too many were asked for. */
  offer(figures: Figures, slow: SlowExecution): void
  /** Asks for a plan now, in its turn, within a bound as large of its own; whether it was asked for. */
  ask(figures: Figures, slow: SlowExecution): Promise<boolean>
  /** Resolves when no plan is being asked for. */
  settled(): Promise<void>
  close(): Promise<void>
}

const minuteMs = 60_000
/** A plan holds for so long, unless an execution takes twice as long as the one it is of. */
const freshForMs = 10 * minuteMs

/**
 * Asks for plans one at a time and at most so many a minute: a server that is slow must not be made slower by asking
 * why. Only of statements whose kind the parser knows to be a read or a write, without running them, unless `analyze`
 * allows it for reads.
 */
export function createPlanCapture(settings: TapSettings, source: Explain | null): PlanCapture {
  const { now, plansPerMinute, analyze } = settings
  const offered: number[] = []
  const wanted: number[] = []
  let running: Promise<void> | undefined
  let closed = false

  function mayAsk(asked: number[], at: number): boolean {
    while (asked.length > 0 && at - asked[0]! >= minuteMs) asked.shift()
    return asked.length < plansPerMinute
  }

  async function capture(figures: Figures, { text, values, durationMs }: SlowExecution): Promise<void> {
    const known = { durationMs, at: Date.now() }
    const problem = (why: string): CapturedPlan => ({ ...known, plan: null, problem: why })
    const kind = figures.facts?.kind
    if (!values) return void (figures.plan = problem('The values of statements are not kept.'))
    if (kind !== 'read' && kind !== 'write') return
    try {
      const mayRun = analyze && kind === 'read' && isHarmless(figures.facts?.functions ?? [])
      const plan = await source!.explain(text, values, { analyze: mayRun })
      figures.plan = { ...known, plan: withoutValues(plan) }
    } catch (error) {
      figures.plan = problem(error instanceof Error ? `The server refused: ${codeOf(error)}.` : 'Unknown.')
    }
  }

  return {
    offer(figures, slow) {
      if (closed || running || !source) return
      const at = now()
      const { plan } = figures
      const isRecent = plan && Date.now() - plan.at < freshForMs && slow.durationMs < 2 * plan.durationMs
      if (isRecent || !mayAsk(offered, at)) return
      offered.push(at)
      running = capture(figures, slow).finally(() => (running = undefined))
    },
    async ask(figures, slow) {
      for (let before = running; before; before = running) await before
      const at = now()
      if (closed || !source || !mayAsk(wanted, at)) return false
      wanted.push(at)
      await (running = capture(figures, slow).finally(() => (running = undefined)))
      return true
    },
    async settled() {
      await running
    },
    async close() {
      closed = true
      // First: a plan under way keeps no process, so it would be waited for in vain.
      await source?.close()
      await running
    },
  }
}

/** The message may hold values; the SQLSTATE does not. */
const codeOf = (error: Error & { code?: string }) => error.code ?? error.name

/** Functions that only compute. An unknown one is not run a second time. */
const computing =
  /^(count|sum|avg|min|max|array_agg|string_agg|jsonb?_(agg|object_agg|build_object|build_array)|row_to_json|to_jsonb?|coalesce|greatest|least|lower|upper|length|substring|trim|btrim|round|ceil|floor|abs|now|date_trunc|date_part|extract|to_char|row_number|rank|dense_rank|lag|lead|unnest|generate_series|concat|concat_ws|replace|format|md5|to_tsvector|to_tsquery|plainto_tsquery|websearch_to_tsquery|ts_rank|similarity|percentile_cont|bool_and|bool_or|every|nullif)$/

const isHarmless = (functions: readonly string[]) => functions.every((name) => computing.test(name))
