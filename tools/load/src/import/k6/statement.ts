import type { Statement, VariableDeclaration } from 'acorn'
import { type Compiler, type Ending, ends, type StatementCode } from './compiler.ts'
import {
  burn,
  type Code,
  createScope,
  type Effect,
  type Machine,
  OutOfFuel,
  type Scope,
  ScriptError,
} from './evaluation.ts'
import { compilePattern } from './pattern.ts'

export function compileStatement(node: Statement, compiler: Compiler): StatementCode {
  switch (node.type) {
    case 'ExpressionStatement':
      return asStatement(compiler.expression(node.expression))
    case 'VariableDeclaration':
      return compileDeclaration(node, compiler)
    case 'FunctionDeclaration': {
      const make = compiler.functionOf(node)
      // oxlint-disable-next-line require-yield -- it ends at once
      return function* declare(scope, machine) {
        scope.names.set(node.id.name, make(scope, machine))
        return undefined
      }
    }
    case 'BlockStatement':
      return inOwnScope(compileBody(node.body, compiler))
    case 'ReturnStatement': {
      const value = node.argument ? compiler.expression(node.argument) : null
      return function* giveBack(scope, machine) {
        return { kind: 'return', value: value ? yield* value(scope, machine) : undefined }
      }
    }
    case 'IfStatement':
      return compileIf(node, compiler)
    case 'ThrowStatement': {
      const value = compiler.expression(node.argument)
      return function* raise(scope, machine) {
        throw new ScriptError(yield* value(scope, machine))
      }
    }
    case 'TryStatement':
      return compileTry(node, compiler)
    case 'SwitchStatement':
      return compileSwitch(node, compiler)
    case 'EmptyStatement':
      return ends(undefined)
    default:
      return compileLoopOrSkip(node, compiler)
  }
}

/** Statements one after the other; functions are there from the beginning. */
export function compileBody(nodes: readonly Statement[], compiler: Compiler): StatementCode {
  const isFunction = (node: Statement) => node.type === 'FunctionDeclaration'
  const ordered = [...nodes.filter(isFunction), ...nodes.filter((node) => !isFunction(node))]
  const codes = ordered.map((node) => compileStatement(node, compiler))
  return function* body(scope, machine) {
    for (const code of codes) {
      const ending = yield* code(scope, machine)
      if (ending) return ending
    }
    return undefined
  }
}

function asStatement(code: Code): StatementCode {
  return function* evaluate(scope, machine) {
    yield* code(scope, machine)
    return undefined
  }
}

function inOwnScope(code: StatementCode): StatementCode {
  return (scope, machine) => code(createScope(scope), machine)
}

function compileDeclaration(node: VariableDeclaration, compiler: Compiler): StatementCode {
  const parts = node.declarations.map(({ id, init }) => ({
    bind: compilePattern(id, compiler),
    value: init ? compiler.expression(init) : null,
  }))
  return function* declare(scope, machine) {
    for (const { bind, value } of parts) {
      yield* bind(scope, value ? yield* value(scope, machine) : undefined, machine)
    }
    return undefined
  }
}

function compileIf(node: Extract<Statement, { type: 'IfStatement' }>, compiler: Compiler): StatementCode {
  const test = compiler.expression(node.test)
  const then = compileStatement(node.consequent, compiler)
  const otherwise = node.alternate ? compileStatement(node.alternate, compiler) : null
  return function* choose(scope, machine) {
    if (yield* test(scope, machine)) return yield* then(scope, machine)
    return otherwise ? yield* otherwise(scope, machine) : undefined
  }
}

function compileTry(node: Extract<Statement, { type: 'TryStatement' }>, compiler: Compiler): StatementCode {
  const block = compileStatement(node.block, compiler)
  const name = node.handler?.param ? compilePattern(node.handler.param, compiler) : null
  const handler = node.handler ? compileStatement(node.handler.body, compiler) : null
  const last = node.finalizer ? compileStatement(node.finalizer, compiler) : null
  function* guarded(scope: Scope, machine: Machine): Generator<Effect, Ending, unknown> {
    const { depth } = machine
    try {
      return yield* block(scope, machine)
    } catch (error) {
      if (handler === null || error instanceof OutOfFuel) throw error
      machine.depth = depth
      const inner = createScope(scope)
      if (name) yield* name(inner, thrownValue(error), machine)
      return yield* handler(inner, machine)
    }
  }
  return function* attempt(scope, machine) {
    try {
      return yield* guarded(scope, machine)
    } finally {
      if (last) yield* last(scope, machine)
    }
  }
}

function thrownValue(error: unknown): unknown {
  if (error instanceof ScriptError && typeof error.value === 'object') return error.value
  return { name: 'Error', message: error instanceof Error ? error.message : String(error) }
}

function compileSwitch(
  node: Extract<Statement, { type: 'SwitchStatement' }>,
  compiler: Compiler,
): StatementCode {
  const value = compiler.expression(node.discriminant)
  const cases = node.cases.map(({ test, consequent }) => ({
    test: test ? compiler.expression(test) : null,
    body: compileBody(consequent, compiler),
  }))
  return function* choose(outer, machine) {
    const scope = createScope(outer)
    const wanted = yield* value(scope, machine)
    let start = -1
    for (const [index, { test }] of cases.entries()) {
      if (test && (yield* test(scope, machine)) === wanted) {
        start = index
        break
      }
    }
    if (start === -1) start = cases.findIndex(({ test }) => test === null)
    for (const { body } of start === -1 ? [] : cases.slice(start)) {
      const ending = yield* body(scope, machine)
      if (ending?.kind === 'break') return undefined
      if (ending) return ending
    }
    return undefined
  }
}

function compileLoopOrSkip(node: Statement, compiler: Compiler): StatementCode {
  switch (node.type) {
    case 'BreakStatement':
    case 'ContinueStatement': {
      if (node.label) compiler.skip(node, 'a label')
      return ends({ kind: node.type === 'BreakStatement' ? 'break' : 'continue' })
    }
    case 'ForStatement': {
      const { init } = node
      return compileTurns(
        {
          before:
            init?.type === 'VariableDeclaration'
              ? compileDeclaration(init, compiler)
              : init && asStatement(compiler.expression(init)),
          test: node.test && compiler.expression(node.test),
          after: node.update && compiler.expression(node.update),
        },
        compileStatement(node.body, compiler),
      )
    }
    case 'WhileStatement':
      return compileTurns({ test: compiler.expression(node.test) }, compileStatement(node.body, compiler))
    case 'DoWhileStatement':
      return compileTurns(
        { test: compiler.expression(node.test), testsLater: true },
        compileStatement(node.body, compiler),
      )
    case 'ForOfStatement':
    case 'ForInStatement':
      return compileForEach(node, compiler)
    default:
      compiler.skip(node, node.type)
      return ends(undefined)
  }
}

interface Turns {
  before?: StatementCode | null | undefined
  test?: Code | null | undefined
  after?: Code | null | undefined
  /** The first turn is made untested. */
  testsLater?: boolean
}

function compileTurns(
  { before, test, after, testsLater = false }: Turns,
  body: StatementCode,
): StatementCode {
  return function* loop(outer, machine) {
    let scope = createScope(outer)
    if (before) yield* before(scope, machine)
    for (let first = true; ; first = false) {
      if (test && !(first && testsLater) && !(yield* test(scope, machine))) return undefined
      burn(machine)
      const ending = yield* body(scope, machine)
      if (ending?.kind === 'return') return ending
      if (ending?.kind === 'break') return undefined
      // Functions made in a turn keep the variables of that turn.
      scope = { names: new Map(scope.names), parent: outer }
      if (after) yield* after(scope, machine)
    }
  }
}

function compileForEach(
  node: Extract<Statement, { type: 'ForOfStatement' | 'ForInStatement' }>,
  compiler: Compiler,
): StatementCode {
  const list = compiler.expression(node.right)
  const body = compileStatement(node.body, compiler)
  const { left, type } = node
  if (left.type !== 'VariableDeclaration') compiler.skip(node, 'a loop over a name declared elsewhere')
  const declared = left.type === 'VariableDeclaration' ? left.declarations[0] : undefined
  const bind = declared ? compilePattern(declared.id, compiler) : null
  return function* loop(outer, machine) {
    for (const item of itemsOf(yield* list(outer, machine), type)) {
      burn(machine)
      const scope = createScope(outer)
      if (bind) yield* bind(scope, item, machine)
      const ending = yield* body(scope, machine)
      if (ending?.kind === 'return') return ending
      if (ending?.kind === 'break') return undefined
    }
    return undefined
  }
}

function itemsOf(value: unknown, type: 'ForOfStatement' | 'ForInStatement'): Iterable<unknown> {
  if (type === 'ForInStatement') return typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (Array.isArray(value) || typeof value === 'string') return value as Iterable<unknown>
  throw new ScriptError('what a for…of loop goes through is not a list')
}
