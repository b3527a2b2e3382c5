import { isRecord, listOf, type Path } from '../document.ts'
import type { NoteTaker } from '../imported.ts'
import type { OutlinedRequest } from '../outline.ts'
import { bodyOf } from './body.ts'
import type { Resolve } from './reference.ts'
import { sampleOf } from './sample.ts'

/** What an operation is read with. */
export interface OperationContext {
  resolve: Resolve
  notes: NoteTaker
  lineOf(path: Path): number
}

/** One operation of a document. */
export interface Operation {
  method: string
  /** `/items/{id}`, below the server's own path. */
  template: string
  /** Of the server: `/v1`, or nothing. */
  base: string
  operation: Record<string, unknown>
  /** Parameters that the path's other operations have, too. */
  shared: unknown
}

interface Parameter {
  name: string
  place: string
  isRequired: boolean
  value: unknown
  /** Whether lists repeat the name (OpenAPI 3.1 §4.8.12, `explode`). */
  isExploded: boolean
}

/** The request that an operation is tried with, or null where it cannot be: the notes say why. */
export function requestOf(given: Operation, context: OperationContext): OutlinedRequest | null {
  const { method, template, operation } = given
  const { notes, lineOf } = context
  const name = `${method} ${template}`
  const line = lineOf(['paths', template, method.toLowerCase()])
  const skip = (why: string) => {
    notes.skipped(line, `${name}: ${why}`)
    return null
  }
  if (operation.deprecated === true) return skip('it is deprecated')
  const parameters = parametersOf(given, context)
  const open = parameters.find(({ isRequired, value }) => isRequired && value === undefined)
  if (open) return skip(`nothing is known of its parameter ${open.name}: give it an example`)
  const body = bodyOf(operation.requestBody, context.resolve)
  if (typeof body === 'string') return skip(body)
  const path = fillPath(`${given.base}${template}`, parameters)
  if (path === null) return skip('its path names a parameter that it does not declare')
  const left = parameters.filter(({ isRequired, value }) => !isRequired && value === undefined)
  if (left.length > 0) {
    notes.translated(
      line,
      `${name}: sent without ${left.map((one) => one.name).join(', ')}, which nothing is known of`,
    )
  }
  const cookies = textsIn(parameters, 'cookie').map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  return {
    method,
    ...path,
    query: textsIn(parameters, 'query'),
    headers: {
      ...Object.fromEntries(textsIn(parameters, 'header')),
      ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
    },
    body,
    pauseMs: 0,
  }
}

/** Those of the path and its own, which win over them; an optional one without an example is left out. */
function parametersOf({ shared, operation }: Operation, { resolve }: OperationContext): Parameter[] {
  const all = new Map<string, Parameter>()
  for (const given of [...listOf(shared), ...listOf(operation.parameters)]) {
    const parameter = resolve(given)
    if (typeof parameter?.name !== 'string' || typeof parameter.in !== 'string') continue
    const isRequired = parameter.required === true || parameter.in === 'path'
    const { schema } = parameter
    const isTold =
      isRequired || isRecord(schema) || parameter.example !== undefined || parameter.examples !== undefined
    all.set(`${parameter.in} ${parameter.name}`, {
      name: parameter.name,
      place: parameter.in,
      isRequired,
      value: isTold ? valueOf(parameter, isRequired, resolve) : undefined,
      isExploded: parameter.explode !== false,
    })
  }
  return [...all.values()]
}

/** Of optional parameters only what the document itself names: an example or a default. */
function valueOf(parameter: Record<string, unknown>, isRequired: boolean, resolve: Resolve): unknown {
  const content = isRecord(parameter.content) ? Object.values(parameter.content)[0] : undefined
  if (isRequired) return sampleOf(content ?? parameter, resolve)
  const { schema, ...own } = parameter
  const named = sampleOf(own, resolve)
  if (named !== undefined) return named
  const described = resolve(schema)
  return described?.example ?? listOf(described?.examples)[0] ?? described?.default
}

function textsIn(parameters: readonly Parameter[], place: string): [string, string][] {
  return parameters
    .filter((one) => one.place === place && one.value !== undefined)
    .flatMap(({ name, value, isExploded }): [string, string][] => {
      if (!Array.isArray(value)) return [[name, textOf(value)]]
      const texts = value.map(textOf)
      return isExploded && place === 'query' ? texts.map((text) => [name, text]) : [[name, texts.join(',')]]
    })
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Parameters that are a whole segment stay parameters; those within one are filled in. */
function fillPath(
  template: string,
  parameters: readonly Parameter[],
): Pick<OutlinedRequest, 'path' | 'params'> | null {
  const values = new Map(textsIn(parameters, 'path'))
  const params: Record<string, string> = {}
  let isWhole = true
  const segments = template.split('/').map((segment) => {
    const [, name] = /^\{([^{}]+)\}$/.exec(segment) ?? []
    const value = name === undefined ? undefined : values.get(name)
    if (name !== undefined && value && /^\w+$/.test(name) && !Object.hasOwn(params, name)) {
      params[name] = value
      return `:${name}`
    }
    return segment.replaceAll(/\{([^{}]+)\}/g, (_, inner: string) => {
      const known = values.get(inner)
      if (!known) isWhole = false
      return encodeURIComponent(known ?? '')
    })
  })
  return isWhole ? { path: segments.join('/'), params } : null
}
