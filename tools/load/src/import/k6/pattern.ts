import type { Pattern } from 'acorn'
import type { Compiler } from './compiler.ts'
import type { Code, Evaluation, Machine, Scope } from './evaluation.ts'
import { readMember } from './members.ts'
import { toText } from './operators.ts'

/** Binds a value to the names of a pattern: `const { a, b: [c] } = value`. */
export type Bind = (scope: Scope, value: unknown, machine: Machine) => Evaluation

/** Compiles what stands left of a declaration, or a parameter. */
export function compilePattern(pattern: Pattern, compiler: Compiler): Bind {
  switch (pattern.type) {
    case 'Identifier': {
      const { name } = pattern
      // oxlint-disable-next-line require-yield -- it ends at once
      return function* bind(scope, value) {
        scope.names.set(name, value)
      }
    }
    case 'AssignmentPattern':
      return withDefault(compilePattern(pattern.left, compiler), compiler.expression(pattern.right))
    case 'ObjectPattern':
      return objectPattern(pattern, compiler)
    case 'ArrayPattern':
      return listPattern(
        pattern.elements.map((element) => {
          if (element === null) return null
          const isRest = element.type === 'RestElement'
          return { isRest, bind: compilePattern(isRest ? element.argument : element, compiler) }
        }),
      )
    default:
      compiler.skip(pattern, `${pattern.type} as a name`)
      return function* ignore() {}
  }
}

function withDefault(bind: Bind, fallback: Code): Bind {
  return function* bindOrDefault(scope, value, machine) {
    yield* bind(scope, value === undefined ? yield* fallback(scope, machine) : value, machine)
  }
}

function objectPattern(pattern: Extract<Pattern, { type: 'ObjectPattern' }>, compiler: Compiler): Bind {
  const rests: { bind: Bind }[] = []
  const parts: { key: Code; bind: Bind }[] = []
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') rests.push({ bind: compilePattern(property.argument, compiler) })
    else parts.push({ key: compiler.key(property), bind: compilePattern(property.value, compiler) })
  }
  return function* bindObject(scope, value, machine) {
    const taken = new Set<string>()
    for (const { key, bind } of parts) {
      const name = toText(yield* key(scope, machine))
      taken.add(name)
      yield* bind(scope, readMember(value, name), machine)
    }
    for (const { bind } of rests) {
      const left = Object.entries(Object(value) as object).filter(([name]) => !taken.has(name))
      yield* bind(scope, Object.fromEntries(left), machine)
    }
  }
}

function listPattern(elements: readonly ({ isRest: boolean; bind: Bind } | null)[]): Bind {
  return function* bindList(scope, value, machine) {
    const list = Array.isArray(value) || typeof value === 'string' ? Array.from<unknown>(value) : []
    for (const [index, element] of elements.entries()) {
      if (element) yield* element.bind(scope, element.isRest ? list.slice(index) : list[index], machine)
    }
  }
}
