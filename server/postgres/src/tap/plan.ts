import { shapeOf } from './shape.ts'

/** How the server ran, or would run, a slow statement. */
export interface CapturedPlan {
  /** How long the execution took for which it was asked, in milliseconds. */
  readonly durationMs: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** EXPLAIN (FORMAT JSON), without values; null where it could not be asked for. */
  readonly plan: PlanNode | null
  /** Why there is no plan. */
  readonly problem?: string
}

/** A node of EXPLAIN's tree. */
export type PlanNode = { readonly [name: string]: unknown; readonly Plans?: readonly PlanNode[] }

/** Conditions and expressions of a plan hold the values that it was made for. */
const holdsValues = /Cond|Filter|Expr|Key|Output|Call|Parameters/

/** The same plan without the values of the statement. */
export function withoutValues(plan: PlanNode): PlanNode {
  const kept = Object.entries(plan).map(([name, value]) => {
    if (name === 'Plans') return [name, (value as PlanNode[]).map(withoutValues)]
    if (!holdsValues.test(name)) return [name, value]
    return [name, Array.isArray(value) ? value.map((one) => shapeOf(String(one))) : shapeOf(String(value))]
  })
  return Object.fromEntries(kept) as PlanNode
}
