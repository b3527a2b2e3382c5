import type { Expression, Pattern } from 'acorn'
import type { Compiler } from './compiler.ts'
import { type Code, type Effect, type Machine, type Scope, scopeOf, ScriptError } from './evaluation.ts'
import { readMember, writeMember } from './members.ts'
import { compileKey } from './names.ts'
import { binary, takesRight } from './operators.ts'

/** Something that can be assigned to. */
interface Place {
  get(): unknown
  set(value: unknown): void
}

type PlaceCode = (scope: Scope, machine: Machine) => Generator<Effect, Place>

export function compilePlace(node: Pattern | Expression, compiler: Compiler): PlaceCode {
  if (node.type === 'Identifier') {
    const { name } = node
    // oxlint-disable-next-line require-yield -- it ends at once
    return function* find(scope) {
      const declared = scopeOf(scope, name)
      if (declared === null) throw new ScriptError(`${name} is not defined`)
      return { get: () => declared.names.get(name), set: (value) => void declared.names.set(name, value) }
    }
  }
  if (node.type === 'MemberExpression' && node.object.type !== 'Super') {
    const object = compiler.expression(node.object)
    const key = compileKey(node, compiler)
    return function* find(scope, machine) {
      const holder = yield* object(scope, machine)
      const name = yield* key(scope, machine)
      return { get: () => readMember(holder, name), set: (value) => writeMember(holder, name, value) }
    }
  }
  compiler.skip(node, 'an assignment to a pattern')
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* nowhere() {
    return { get: () => undefined, set() {} }
  }
}

export function compileAssignment(
  node: Extract<Expression, { type: 'AssignmentExpression' }>,
  compiler: Compiler,
): Code {
  const place = compilePlace(node.left, compiler)
  const right = compiler.expression(node.right)
  const operator = node.operator.slice(0, -1)
  return function* assign(scope, machine) {
    const target = yield* place(scope, machine)
    if (operator === '&&' || operator === '||' || operator === '??') {
      const before = target.get()
      if (!takesRight(operator, before)) return before
      const value = yield* right(scope, machine)
      target.set(value)
      return value
    }
    const value = yield* right(scope, machine)
    const result = operator === '' ? value : binary(operator, target.get(), value)
    target.set(result)
    return result
  }
}
