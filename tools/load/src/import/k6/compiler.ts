import type {
  AnyNode,
  AssignmentProperty,
  CallExpression,
  Expression,
  Function as FunctionNode,
  Property,
  Statement,
} from 'acorn'
import type { Callable, Code, Effect, Machine, Scope } from './evaluation.ts'

/** How a statement ended, where not by its end. */
export type Ending = { kind: 'return'; value: unknown } | { kind: 'break' } | { kind: 'continue' } | undefined

export type StatementCode = (scope: Scope, machine: Machine) => Generator<Effect, Ending, unknown>

/** Turns nodes of a script into code. What the static subset lacks is noted with its line, and is undefined when run. */
export interface Compiler {
  expression(node: Expression): Code
  statement(node: Statement): StatementCode
  /** The function that evaluating `node` makes in a scope. */
  functionOf(node: FunctionNode): (scope: Scope, machine: Machine) => Callable
  /** The name of a property: `{ a }`, `{ 'a': … }`, `{ [a]: … }`. */
  key(node: Property | AssignmentProperty): Code
  skip(node: Pick<AnyNode, 'loc'>, what: string): void
  /** Under which name a call of the http module is counted; null leaves it to the path. */
  requestName(node: CallExpression): (scope: Scope) => string | null
  /** Whether a name is of an import that has no counterpart here. */
  isForeign(name: string): boolean
  /** Names of properties that the script itself defines: methods of these names may be its own. */
  ownNames: ReadonlySet<string>
}

/** Code that is always the same value. */
export function constant(value: unknown): Code {
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* get() {
    return value
  }
}

/** A statement that ends at once. */
export function ends(ending: Ending): StatementCode {
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* end() {
    return ending
  }
}
