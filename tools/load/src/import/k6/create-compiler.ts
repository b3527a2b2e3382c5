import type { NoteTaker } from '../imported.ts'
import { type Compiler, constant } from './compiler.ts'
import { compileExpression } from './expression.ts'
import { compileFunction } from './function.ts'
import { compileStatement } from './statement.ts'

export interface CompilerOptions {
  notes: NoteTaker
  isForeign(name: string): boolean
  ownNames: ReadonlySet<string>
  requestName: Compiler['requestName']
}

export function createCompiler({ notes, ...rest }: CompilerOptions): Compiler {
  const compiler: Compiler = {
    expression: (node) => compileExpression(node, compiler),
    statement: (node) => compileStatement(node, compiler),
    functionOf: (node) => compileFunction(node, compiler),
    key(node) {
      if (node.computed) return compiler.expression(node.key)
      const name =
        node.key.type === 'Identifier' ? node.key.name : node.key.type === 'Literal' ? node.key.value : ''
      return constant(name)
    },
    skip(node, what) {
      notes.skipped(node.loc?.start.line ?? null, `${what}: outside the static subset`)
    },
    ...rest,
  }
  return compiler
}
