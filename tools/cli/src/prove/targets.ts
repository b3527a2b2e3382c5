import {
  evaluateBudget,
  parseBudget,
  type BudgetUnit,
  type BudgetVerdict,
  type Target,
  vitalNames,
} from '@hotpath/core'

/** A value for a budget, or why there is none. */
export type Reading = { value: number; note?: string } | { value: null; note: string }

/** What was measured, by metric and statistic: `latency p95`, `hit`, `page`. */
export type Readings = ReadonlyMap<string, Reading>

/** A target with its verdict, as the JSON of `hotpath prove` has it. */
export interface JudgedTarget {
  id: string
  title: string
  /** The budget's text. */
  target: string
  /** In `unit`; null when not measured. */
  measured: number | null
  unit: BudgetUnit
  verdict: BudgetVerdict
  /** Why it was not measured, or what to know of the value. */
  reason?: string
}

/** Holds each target against what was measured; what nobody measured is "not measured", with the reason. */
export function judgeTargets(targets: readonly Target[], readings: Readings): JudgedTarget[] {
  return targets.map(({ id, title, budget: text }) => {
    const budget = parseBudget(text)
    const key = budget.statistic === null ? budget.metric : `${budget.metric} ${budget.statistic}`
    const reading = readings.get(key) ?? { value: null, note: whyNot(budget.metric, key) }
    const { verdict, value } = evaluateBudget(budget, reading.value)
    return {
      id,
      title,
      target: text,
      measured: value,
      unit: budget.unit,
      verdict,
      ...(reading.note !== undefined && { reason: reading.note }),
    }
  })
}

function whyNot(metric: string, key: string): string {
  return (vitalNames as readonly string[]).includes(metric)
    ? "visitors' browsers tell it: the console shows it under Web vitals"
    : `nothing here measures "${key}"`
}
