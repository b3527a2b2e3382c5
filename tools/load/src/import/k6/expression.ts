import type { Expression, MemberExpression, ObjectExpression } from 'acorn'
import { compileAssignment, compilePlace } from './assignment.ts'
import { compileCall, compileNew, compileTagged } from './call.ts'
import { type Compiler, constant } from './compiler.ts'
import { type Code, type Evaluation, type Machine, type Scope, scopeOf } from './evaluation.ts'
import { compileList } from './list.ts'
import { readMember, writeMember } from './members.ts'
import { compileKey, compileName, skipped } from './names.ts'
import { binary, takesRight, toText } from './operators.ts'

export function compileExpression(node: Expression, compiler: Compiler): Code {
  switch (node.type) {
    case 'Literal':
      return compileLiteral(node)
    case 'TemplateLiteral':
      return compileTemplate(
        node.quasis.map(({ value }) => value.cooked ?? ''),
        node.expressions.map((part) => compiler.expression(part)),
      )
    case 'Identifier':
      return compileName(node.name)
    case 'MemberExpression':
      return compileMember(node, compiler)
    case 'CallExpression':
      return compileCall(node, compiler)
    case 'ChainExpression':
      return compiler.expression(node.expression)
    case 'ArrayExpression':
      return compileList(node.elements, compiler)
    case 'ObjectExpression':
      return compileObject(node, compiler)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression': {
      const make = compiler.functionOf(node)
      // oxlint-disable-next-line require-yield -- it ends at once
      return function* create(scope, machine) {
        return make(scope, machine)
      }
    }
    case 'AwaitExpression':
      return compiler.expression(node.argument)
    case 'ParenthesizedExpression':
      return compiler.expression(node.expression)
    default:
      return compileOperation(node, compiler)
  }
}

function compileOperation(node: Expression, compiler: Compiler): Code {
  switch (node.type) {
    case 'BinaryExpression': {
      if (
        node.left.type === 'PrivateIdentifier' ||
        node.operator === 'in' ||
        node.operator === 'instanceof'
      ) {
        return skipped(node, node.operator, compiler)
      }
      const [left, right] = [compiler.expression(node.left), compiler.expression(node.right)]
      return function* operate(scope, machine) {
        return binary(node.operator, yield* left(scope, machine), yield* right(scope, machine))
      }
    }
    case 'LogicalExpression': {
      const [left, right] = [compiler.expression(node.left), compiler.expression(node.right)]
      return function* decide(scope, machine) {
        const value = yield* left(scope, machine)
        return takesRight(node.operator, value) ? yield* right(scope, machine) : value
      }
    }
    case 'UnaryExpression':
      return compileUnary(node, compiler)
    case 'ConditionalExpression': {
      const [test, then, otherwise] = [node.test, node.consequent, node.alternate].map(compiler.expression)
      return function* choose(scope, machine) {
        return yield* (yield* test!(scope, machine)) ? then!(scope, machine) : otherwise!(scope, machine)
      }
    }
    case 'AssignmentExpression':
      return compileAssignment(node, compiler)
    case 'UpdateExpression': {
      const place = compilePlace(node.argument, compiler)
      const step = node.operator === '++' ? 1 : -1
      return function* update(scope, machine) {
        const target = yield* place(scope, machine)
        const before = Number(target.get())
        target.set(before + step)
        return node.prefix ? before + step : before
      }
    }
    case 'SequenceExpression': {
      const parts = node.expressions.map(compiler.expression)
      return function* inTurn(scope, machine) {
        let value: unknown
        for (const part of parts) value = yield* part(scope, machine)
        return value
      }
    }
    case 'NewExpression':
      return compileNew(node, compiler)
    case 'TaggedTemplateExpression':
      return compileTagged(node, compiler)
    default:
      return skipped(node, node.type, compiler)
  }
}

function compileLiteral(node: Extract<Expression, { type: 'Literal' }>): Code {
  const { regex } = node
  return regex
    ? constant(new RegExp(regex.pattern, regex.flags.replaceAll(/[gy]/g, '')))
    : constant(node.value)
}

function compileTemplate(texts: readonly string[], parts: readonly Code[]): Code {
  return function* join(scope, machine) {
    let text = texts[0] ?? ''
    for (const [index, part] of parts.entries()) {
      text += toText(yield* part(scope, machine)) + (texts[index + 1] ?? '')
    }
    return text
  }
}

function compileMember(node: MemberExpression, compiler: Compiler): Code {
  if (node.object.type === 'Super') return skipped(node, 'super', compiler)
  const object = compiler.expression(node.object)
  const key = compileKey(node, compiler)
  return function* read(scope, machine) {
    const value = yield* object(scope, machine)
    if (node.optional && (value === undefined || value === null)) return undefined
    return readMember(value, yield* key(scope, machine))
  }
}

function compileObject({ properties }: ObjectExpression, compiler: Compiler): Code {
  type Part = (scope: Scope, machine: Machine, object: Record<string, unknown>) => Evaluation
  const parts = properties.map((property): Part => {
    if (property.type === 'SpreadElement') {
      const spread = compiler.expression(property.argument)
      return function* copy(scope, machine, object) {
        for (const [name, value] of Object.entries(Object(yield* spread(scope, machine)) as object)) {
          writeMember(object, name, value)
        }
      }
    }
    if (property.kind !== 'init') compiler.skip(property, 'a getter or setter')
    const key = compiler.key(property)
    const code = compiler.expression(property.value)
    return function* set(scope, machine, object) {
      writeMember(object, yield* key(scope, machine), yield* code(scope, machine))
    }
  })
  return function* build(scope, machine) {
    const object: Record<string, unknown> = {}
    for (const part of parts) yield* part(scope, machine, object)
    return object
  }
}

function compileUnary(node: Extract<Expression, { type: 'UnaryExpression' }>, compiler: Compiler): Code {
  const { operator, argument } = node
  if (operator === 'typeof' && argument.type === 'Identifier') {
    // oxlint-disable-next-line require-yield -- it ends at once
    return function* typeOf(scope) {
      return typeof scopeOf(scope, argument.name)?.names.get(argument.name)
    }
  }
  if (operator === 'delete' || operator === '~') return skipped(node, operator, compiler)
  const code = compiler.expression(argument)
  return function* operate(scope, machine) {
    const value = yield* code(scope, machine)
    if (operator === '!') return !value
    if (operator === 'typeof') return typeof value
    if (operator === 'void') return undefined
    return operator === '-' ? -Number(toText(value)) : Number(toText(value))
  }
}
