import {
  type AnyNode,
  type CallExpression,
  type ModuleDeclaration,
  parse,
  type Program,
  type Statement,
} from 'acorn'
import { errors } from '../../errors.ts'
import type { ImportTools, NoteTaker } from '../imported.ts'
import type { StatementCode } from './compiler.ts'
import { createCompiler } from './create-compiler.ts'
import { createScope, type Machine, type Scope, ScriptError } from './evaluation.ts'
import { createGlobals, globalMethods } from './globals.ts'
import { executionOf, type ModuleExports, moduleMethods } from './modules.ts'
import { httpNames } from './http.ts'
import { urlTemplate, pathTemplate } from './request-name.ts'
import { compileBody } from './statement.ts'

/** A script that was read once and can be begun for every virtual user. */
export interface ScriptProgram {
  /** Runs the script's outermost code; the scope then holds its functions and values. */
  begin(machine: Machine, environment: Readonly<Record<string, string>>): Scope
  /** The name inside the script of what it exports; null when it does not. */
  exported(name: string): string | null
  /** The line of a property of an object that the script exports: `lineOf('options', 'thresholds')`. */
  lineOf(...names: string[]): number | null
  /** The URL that the script's own text gives to each request, as far as it tells. */
  urls(scope: Scope): string[]
}

export interface ProgramOptions {
  file: string
  notes: NoteTaker
  tools: ImportTools
  modules: (source: string) => ModuleExports | null
}

/** Exports that are called by k6 and not by the run. */
const leftOut = new Map([
  ['handleSummary', 'reports are those of this command'],
  ['teardown', 'nothing is done after the run'],
])

/**
 * Reads a script.
 * @throws HP_LOAD_IMPORT where it is not JavaScript
 */
export function readProgram(text: string, { file, notes, tools, modules }: ProgramOptions): ScriptProgram {
  const tree = parseScript(text, file)
  const imports = readImports(tree, modules, notes)
  const calls: ((scope: Scope) => string)[] = []
  const compiler = createCompiler({
    notes,
    isForeign: (name) => imports.foreign(name),
    ownNames: new Set([...namesOf(tree), ...moduleMethods, ...globalMethods]),
    requestName(node: CallExpression) {
      const url = urlTemplate(node, imports.httpName)
      if (url === null) return () => null
      calls.push(url)
      let name: string | null | undefined
      return (scope) => (name === undefined ? (name = pathTemplate(url(scope))) : name)
    },
  })
  const { statements, exports } = readBody(tree, notes)
  const body: StatementCode = compileBody(statements, compiler)
  return {
    begin(machine, environment) {
      const globals = createGlobals({
        ...tools,
        environment: { ...tools.environment, ...environment },
      })
      const outer: Scope = {
        names: new Map([...globals, ...imports.values, ...imports.perUser(machine)]),
        parent: null,
      }
      const scope = createScope(outer)
      runOutermost(body(scope, machine), file)
      return scope
    },
    exported: (name) => exports.get(name) ?? null,
    lineOf: (...names) => lineOf(tree, names),
    urls: (scope) => calls.map((url) => url(scope)),
  }
}

function parseScript(text: string, file: string): Program {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true })
  } catch (cause) {
    const { message, loc } = cause as Error & { loc?: { line: number } }
    throw errors.HP_LOAD_IMPORT({ file, line: loc?.line ?? 1, problem: message }, { cause })
  }
}

/** k6 sends nothing before the run, and neither does this. */
function runOutermost(body: ReturnType<StatementCode>, file: string): void {
  try {
    const { done } = body.next()
    if (!done) throw new ScriptError('it sends requests before the run: k6 does not allow that either')
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: cause.message }, { cause })
  }
}

interface Imports {
  values: Map<string, unknown>
  /** What a user's own machine tells of it, by the script's names. */
  perUser(machine: Machine): Map<string, unknown>
  /** Whether `name`, or `module.name`, has no counterpart. */
  foreign(name: string): boolean
  /** Under which name the script knows the http module. */
  httpName: string | null
}

function readImports(
  tree: Program,
  modules: (source: string) => ModuleExports | null,
  notes: NoteTaker,
): Imports {
  const values = new Map<string, unknown>()
  const foreign = new Set<string>()
  const execution = new Map<string, string>()
  let httpName: string | null = null
  for (const node of tree.body) {
    if (node.type !== 'ImportDeclaration') continue
    const source = String(node.source.value)
    const found = modules(source)
    const line = node.loc?.start.line ?? null
    const isExecution = source === 'k6/execution'
    if (found === null && !isExecution) notes.skipped(line, `import of ${source}: it has no counterpart here`)
    if (source === 'k6/metrics') notes.skipped(line, "values of the script's own metrics are not kept")
    for (const { type, local, ...specifier } of node.specifiers) {
      const wanted =
        type === 'ImportSpecifier' && 'imported' in specifier && specifier.imported.type === 'Identifier'
          ? specifier.imported.name
          : 'default'
      const isWhole = type === 'ImportNamespaceSpecifier'
      const value = found === null ? undefined : isWhole ? found : found[wanted]
      if (isExecution) execution.set(local.name, isWhole ? 'default' : wanted)
      else if (value === undefined) foreign.add(local.name)
      else values.set(local.name, value)
      if (source === 'k6/http' && (isWhole || wanted === 'default')) httpName = local.name
    }
  }
  return {
    values,
    httpName,
    perUser(machine) {
      const told = executionOf(machine)
      return new Map(Array.from(execution, ([local, wanted]) => [local, told[wanted]]))
    },
    foreign(name) {
      if (foreign.has(name)) return true
      const [holder, member] = name.split('.')
      return member !== undefined && holder === httpName && !httpNames.has(member)
    },
  }
}

/** The statements of the script in their order, and what they export. */
function readBody(
  tree: Program,
  notes: NoteTaker,
): { statements: Statement[]; exports: Map<string, string> } {
  const statements: Statement[] = []
  const exports = new Map<string, string>()
  for (const node of tree.body) {
    if (node.type === 'ImportDeclaration') continue
    if (!isModuleDeclaration(node)) {
      statements.push(node)
    } else if (node.type === 'ExportDefaultDeclaration') {
      exports.set('default', 'default')
      statements.push(asDefault(node))
    } else if (node.type === 'ExportNamedDeclaration') {
      const skip = exportNamed(node, exports)
      if (skip !== null) notes.skipped(node.loc?.start.line ?? null, `${skip}(): ${leftOut.get(skip)}`)
      else if (node.declaration) statements.push(node.declaration)
    } else notes.skipped(node.loc?.start.line ?? null, 'export * is outside the static subset')
  }
  return { statements, exports }
}

function isModuleDeclaration(node: Statement | ModuleDeclaration): node is ModuleDeclaration {
  return /^(?:Import|Export)/.test(node.type)
}

/** Notes what is exported; returns the name of an export that is left out. */
function exportNamed(
  { declaration, specifiers }: Extract<ModuleDeclaration, { type: 'ExportNamedDeclaration' }>,
  exports: Map<string, string>,
): string | null {
  for (const { local, exported } of specifiers) {
    if (local.type === 'Identifier' && exported.type === 'Identifier') exports.set(exported.name, local.name)
  }
  if (declaration?.type === 'FunctionDeclaration') {
    const { name } = declaration.id
    if (leftOut.has(name)) return name
    exports.set(name, name)
  } else if (declaration?.type === 'VariableDeclaration') {
    for (const { id } of declaration.declarations) {
      if (id.type === 'Identifier') exports.set(id.name, id.name)
    }
  }
  return null
}

/** `export default function` as `const default = function`. */
function asDefault(node: Extract<ModuleDeclaration, { type: 'ExportDefaultDeclaration' }>): Statement {
  const { declaration, start, end, loc } = node
  const isFunction = declaration.type === 'FunctionDeclaration'
  const init = isFunction ? { ...declaration, type: 'FunctionExpression' } : declaration
  return {
    type: 'VariableDeclaration',
    kind: 'const',
    start,
    end,
    loc,
    declarations: [
      {
        type: 'VariableDeclarator',
        start,
        end,
        loc,
        id: { type: 'Identifier', name: 'default', start, end, loc },
        init,
      },
    ],
  } as unknown as Statement
}

/** Every name of a property in the script: a method of such a name may be its own. */
function namesOf(tree: Program): Set<string> {
  const names = new Set<string>()
  for (const node of nodesOf(tree)) {
    if (node.type === 'Property' && node.key.type === 'Identifier') names.add(node.key.name)
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
      if (node.left.property.type === 'Identifier') names.add(node.left.property.name)
    }
  }
  return names
}

/** The line of the innermost of `names` that is found, each within the one before. */
function lineOf(tree: Program, names: readonly string[]): number | null {
  let inside: AnyNode = tree
  let line: number | null = null
  for (const name of names) {
    const found: AnyNode | undefined = nodesOf(inside).find((node) => isCalled(node, name))
    if (found === undefined) return line
    inside = found
    line = found.loc?.start.line ?? line
  }
  return line
}

/** Whether a node gives `name` a value. */
function isCalled(node: AnyNode, name: string): boolean {
  if (node.type === 'VariableDeclarator') return node.id.type === 'Identifier' && node.id.name === name
  if (node.type !== 'Property') return false
  const { key } = node
  return key.type === 'Identifier' ? key.name === name : key.type === 'Literal' && key.value === name
}

/** A node and all within it. */
function nodesOf(node: AnyNode): AnyNode[] {
  const children = Object.values(node)
    .flat()
    .filter((value): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value)
  return [node, ...children.flatMap(nodesOf)]
}
