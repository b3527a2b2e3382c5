import type { CallExpression, Expression } from 'acorn'
import type { Compiler } from './compiler.ts'
import { callValue, type Code, ScriptError } from './evaluation.ts'
import { compileList } from './list.ts'
import { knownMethods } from './members.ts'
import { compileName, skipped } from './names.ts'

/** What is called by a name that nothing here has; null when it can be called. */
function foreignCall({ callee }: CallExpression, compiler: Compiler): string | null {
  if (callee.type === 'Identifier') return compiler.isForeign(callee.name) ? `${callee.name}()` : null
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    return null
  const { object } = callee
  const { name } = callee.property
  if (object.type === 'Identifier' && compiler.isForeign(`${object.name}.${name}`))
    return `${object.name}.${name}()`
  if (object.type === 'Identifier' && compiler.isForeign(object.name)) return `${object.name}.${name}()`
  return knownMethods.has(name) || compiler.ownNames.has(name) ? null : `.${name}()`
}

export function compileCall(node: CallExpression, compiler: Compiler): Code {
  const { callee } = node
  if (callee.type === 'Super') return skipped(node, 'super()', compiler)
  const foreign = foreignCall(node, compiler)
  if (foreign !== null) return skipped(node, foreign, compiler)
  const target = compiler.expression(callee)
  const args = compileList(node.arguments, compiler)
  const requestName = compiler.requestName(node)
  return function* call(scope, machine) {
    const value = yield* target(scope, machine)
    const isOptional = node.optional || (callee.type === 'MemberExpression' && callee.optional)
    if (isOptional && (value === undefined || value === null)) return undefined
    if (typeof value !== 'function') {
      throw new ScriptError(`line ${node.loc?.start.line}: what is called is not a function`)
    }
    const given = yield* args(scope, machine)
    machine.requestName = requestName(scope)
    return yield* callValue(value, given, machine)
  }
}

/** `new Trend('x')` calls what stands for the class. */
export function compileNew(node: Extract<Expression, { type: 'NewExpression' }>, compiler: Compiler): Code {
  const { callee } = node
  if (callee.type !== 'Identifier' || compiler.isForeign(callee.name)) {
    return skipped(node, `new ${callee.type === 'Identifier' ? callee.name : '…'}`, compiler)
  }
  const target = compileName(callee.name)
  const args = compileList(node.arguments, compiler)
  return function* create(scope, machine) {
    return yield* callValue(yield* target(scope, machine), yield* args(scope, machine), machine)
  }
}

/** k6's http.url`…`: the text. */
export function compileTagged(
  node: Extract<Expression, { type: 'TaggedTemplateExpression' }>,
  compiler: Compiler,
): Code {
  const { tag } = node
  const isUrl =
    tag.type === 'MemberExpression' && tag.property.type === 'Identifier' && tag.property.name === 'url'
  return isUrl ? compiler.expression(node.quasi) : skipped(node, 'a tagged template', compiler)
}
