import { compileJsonPath } from '../../session/json-path.ts'
import type { StepResponse } from '../../http/response.ts'
import { parsed } from './capture.ts'
import { isRecord, listOf } from '../document.ts'
import { compileTemplate, type Scope, textOf } from './template.ts'

/** One expectation held against an answer. */
interface Held {
  name: string
  holds: boolean
}

type Holder = (response: StepResponse, scope: Scope) => boolean

/** Every expectation of a request, as checks; without an answer none holds. */
export function compileExpectations(
  given: readonly unknown[],
  skip: (what: string) => void,
): (response: StepResponse | null, scope: Scope) => Held[] {
  const checks = given.filter(isRecord).flatMap((expectation) =>
    Object.entries(normalise(expectation)).flatMap(([kind, wanted]) => {
      const holder = compileHolder(kind, wanted, skip)
      return holder ? [{ name: `${kind} ${textOf(wanted)}`.slice(0, 200), holder }] : []
    }),
  )
  return (response, scope) =>
    checks.map(({ name, holder }) => ({ name, holds: response !== null && holder(response, scope) }))
}

/** The older `match: { json: '$.a', value: 1 }` is one expectation of two keys. */
function normalise(expectation: Record<string, unknown>): Record<string, unknown> {
  const isMatch = 'json' in expectation && 'value' in expectation
  return isMatch ? { match: expectation } : expectation
}

/** The statuses that a request expects, or null when it does not say. */
export function expectedStatuses(expect: unknown): number[] | null {
  const statuses = listOf(expect)
    .filter(isRecord)
    .flatMap(({ statusCode }) => listOf(statusCode))
    .map(Number)
    .filter((status) => Number.isInteger(status))
  return statuses.length > 0 ? statuses : null
}

function compileHolder(kind: string, wanted: unknown, skip: (what: string) => void): Holder | null {
  const template = compileTemplate(wanted, skip)
  const compile = Object.hasOwn(holders, kind) ? holders[kind]! : null
  if (compile) return compile(wanted, (scope) => template(scope))
  skip(`expect ${kind}: not checked here`)
  return null
}

type Compile = (wanted: unknown, value: (scope: Scope) => unknown) => Holder

const headerOf = (response: StepResponse, name: unknown) => response.headers[textOf(name).toLowerCase()]

const holders: Record<string, Compile> = {
  statusCode: (_, value) => (response, scope) => listOf(value(scope)).map(Number).includes(response.status),
  notStatusCode: (_, value) => (response, scope) =>
    !listOf(value(scope)).map(Number).includes(response.status),
  contentType: (_, value) => (response, scope) => {
    const type = textOf(response.headers['content-type'])
    const wanted = textOf(value(scope))
    return wanted === 'json' ? /\bjson\b/.test(type) : type.toLowerCase().startsWith(wanted.toLowerCase())
  },
  hasHeader: (_, value) => (response, scope) => headerOf(response, value(scope)) !== undefined,
  headerEquals: (_, value) => (response, scope) => {
    const [name, wanted] = listOf(value(scope))
    return textOf(headerOf(response, name)) === textOf(wanted)
  },
  hasProperty: (_, value) => (response, scope) => propertyOf(response, value(scope)) !== undefined,
  equals: (_, value) => (_response, scope) => {
    const [first, ...others] = listOf(value(scope)).map(textOf)
    return others.every((other) => other === first)
  },
  matchesRegexp: (wanted) => {
    const pattern = patternOf(wanted)
    return (response) => pattern !== null && pattern.test(response.text())
  },
  match: (_, value) => (response, scope) => {
    const { json, value: wanted } = value(scope) as { json: unknown; value: unknown }
    return textOf(propertyOf(response, json)) === textOf(wanted)
  },
}

function propertyOf(response: StepResponse, path: unknown): unknown {
  return compileJsonPath(textOf(path))?.(parsed(response))
}

function patternOf(source: unknown): RegExp | null {
  try {
    return new RegExp(textOf(source))
  } catch {
    return null
  }
}
