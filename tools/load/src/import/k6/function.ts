import type { Function as FunctionNode } from 'acorn'
import type { Compiler } from './compiler.ts'
import { type Callable, createScope, type Machine, type Scope } from './evaluation.ts'
import { compilePattern } from './pattern.ts'

/** A function as a maker of callables that remember the scope in which they were made. */
export function compileFunction(
  node: FunctionNode,
  compiler: Compiler,
): (scope: Scope, machine: Machine) => Callable {
  if (node.generator) compiler.skip(node, 'a generator function')
  const params = node.params.map((param) => {
    const isRest = param.type === 'RestElement'
    return { isRest, bind: compilePattern(isRest ? param.argument : param, compiler) }
  })
  const { body } = node
  if (body.type !== 'BlockStatement') {
    const value = compiler.expression(body)
    return (outer) =>
      function* call(args, machine) {
        const scope = createScope(outer)
        for (const [index, { isRest, bind }] of params.entries()) {
          yield* bind(scope, isRest ? args.slice(index) : args[index], machine)
        }
        return yield* value(scope, machine)
      }
  }
  const block = compiler.statement(body)
  return (outer) =>
    function* call(args, machine) {
      const scope = createScope(outer)
      for (const [index, { isRest, bind }] of params.entries()) {
        yield* bind(scope, isRest ? args.slice(index) : args[index], machine)
      }
      const end = yield* block(scope, machine)
      return end?.kind === 'return' ? end.value : undefined
    }
}
