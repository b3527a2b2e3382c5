import type { ArrayExpression } from 'acorn'
import { type Compiler, constant } from './compiler.ts'
import { type Effect, type Machine, type Scope, ScriptError } from './evaluation.ts'

/** A list, or the arguments of a call. */
export function compileList(
  nodes: readonly ArrayExpression['elements'][number][],
  compiler: Compiler,
): ListCode {
  const parts = nodes.map((node) => {
    if (node === null) return { isSpread: false, code: constant(undefined) }
    const isSpread = node.type === 'SpreadElement'
    return { isSpread, code: compiler.expression(isSpread ? node.argument : node) }
  })
  return function* list(scope, machine) {
    const values: unknown[] = []
    for (const { isSpread, code } of parts) {
      const value = yield* code(scope, machine)
      if (!isSpread) values.push(value)
      else if (Array.isArray(value) || typeof value === 'string') values.push(...(value as Iterable<unknown>))
      else throw new ScriptError('what is spread into a list is not one')
    }
    return values
  }
}

/** Code whose value is a list. */
export type ListCode = (scope: Scope, machine: Machine) => Generator<Effect, unknown[]>
