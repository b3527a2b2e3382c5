import type { Random } from '../../random/random.ts'
import { randomText, randomUuid, randomWhole } from '../random-values.ts'

/** What templates of one virtual user read. */
export interface Scope {
  variables: Record<string, unknown>
  random: Random
  environment: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds. */
  now(): number
}

/** A text with its `{{ … }}` read once; rendered with the variables of a virtual user. */
export type Template = (scope: Scope) => unknown

const holes = /\{\{\{?\s*(.*?)\s*\}?\}\}/gs
const functionCall = /^\$?(\w+)\s*\((.*)\)$/s
const environmentName = /^\$(?:env|processEnvironment)\.(\w+)$/

/** The template functions there are, each with its arguments as given. */
const functions: Record<string, (scope: Scope, args: unknown[]) => unknown> = {
  randomNumber: ({ random }, [low, high]) => randomWhole(random, Number(low ?? 0), Number(high ?? 100)),
  randomString: ({ random }, [length]) => randomText(random, Number(length ?? 10)),
  uuid: ({ random }) => randomUuid(random),
  timestamp: ({ now }) => now(),
}

/**
 * Reads the templates within a value of any shape. `unknown` hears of every function that there is not; such a part
 * renders as nothing. A text that is one template alone keeps the value's type: `count: '{{ n }}'` sends a number.
 */
export function compileTemplate(value: unknown, unknown: (what: string) => void): Template {
  if (typeof value === 'string') return compileText(value, unknown)
  if (Array.isArray(value)) {
    const parts = value.map((part) => compileTemplate(part, unknown))
    return (scope) => parts.map((part) => part(scope))
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(
      ([key, part]) => [compileText(key, unknown), compileTemplate(part, unknown)] as const,
    )
    return (scope) =>
      Object.fromEntries(parts.map(([key, part]) => [textOf(key(scope)), part(scope)] as const))
  }
  return () => value
}

/** The variables that the templates of a text read, each by the name that has to be set for it. */
export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(holes), ([, expression = '']) => expression)
    .filter((expression) => !isComputed(expression))
    .map((expression) => /^[^.[]*/.exec(expression)![0])
}

function isComputed(expression: string): boolean {
  if (expression === '$uuid' || expression === '$timestamp') return true
  return functionCall.test(expression) || environmentName.test(expression)
}

/** A value as it stands within a text. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function compileText(text: string, unknown: (what: string) => void): Template {
  const parts: Template[] = []
  let end = 0
  for (const hole of text.matchAll(holes)) {
    const before = text.slice(end, hole.index)
    if (before !== '') parts.push(() => before)
    parts.push(compileExpression(hole[1] ?? '', unknown))
    end = hole.index + hole[0].length
  }
  const rest = text.slice(end)
  if (rest !== '' || parts.length === 0) parts.push(() => rest)
  const [only] = parts
  if (parts.length === 1 && only) return only
  return (scope) => parts.map((part) => textOf(part(scope))).join('')
}

function compileExpression(expression: string, unknown: (what: string) => void): Template {
  const called = functionCall.exec(expression)
  if (called) return compileCall(called[1]!, called[2] ?? '', unknown)
  if (expression === '$uuid') return (scope) => randomUuid(scope.random)
  if (expression === '$timestamp') return (scope) => scope.now()
  const fromEnvironment = environmentName.exec(expression)
  if (fromEnvironment) return ({ environment }) => environment[fromEnvironment[1]!]
  return ({ variables }) => lookUp(variables, expression)
}

function compileCall(name: string, given: string, unknown: (what: string) => void): Template {
  if (!Object.hasOwn(functions, name)) {
    unknown(`the template function ${name}()`)
    return () => undefined
  }
  const call = functions[name]!
  const args = given
    .split(',')
    .map((arg) => arg.trim().replace(/^(['"])(.*)\1$/s, '$2'))
    .filter((arg) => arg !== '')
    .map((arg) => compileArgument(arg))
  return (scope) =>
    call(
      scope,
      args.map((arg) => arg(scope)),
    )
}

function compileArgument(text: string): Template {
  return Number.isNaN(Number(text)) ? ({ variables }) => lookUp(variables, text) ?? text : () => Number(text)
}

/** `user.name`, `ids[0]`, `$loopCount`; only what the value itself holds. */
export function lookUp(variables: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(variables, path)) return variables[path]
  let value: unknown = variables
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
