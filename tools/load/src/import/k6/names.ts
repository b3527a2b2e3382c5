import type { AnyNode, MemberExpression } from 'acorn'
import { type Code, scopeOf, ScriptError } from './evaluation.ts'
import { type Compiler, constant } from './compiler.ts'

/** Notes what is outside the static subset; it is undefined when run. */
export function skipped(node: AnyNode, what: string, compiler: Compiler): Code {
  compiler.skip(node, what)
  return constant(undefined)
}

/** The value of a name. */
export function compileName(name: string): Code {
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* read(scope) {
    const declared = scopeOf(scope, name)
    if (declared === null) throw new ScriptError(`${name} is not defined`)
    return declared.names.get(name)
  }
}

/** The key of `a.b` or `a[b]`. */
export function compileKey(node: MemberExpression, compiler: Compiler): Code {
  if (node.property.type === 'PrivateIdentifier') return skipped(node, 'a private name', compiler)
  if (node.computed) return compiler.expression(node.property)
  return constant(node.property.type === 'Identifier' ? node.property.name : undefined)
}
