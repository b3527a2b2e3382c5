import { errors } from '../../errors.ts'
import { isRecord, listOf, readDocument, type ScriptDocument } from '../document.ts'
import { createNoteTaker, type Imported } from '../imported.ts'
import { type OutlinedScenario, scenarioOf } from '../outline.ts'
import { type Operation, requestOf } from './operation.ts'
import { createResolve } from './reference.ts'
import { noteSecurity } from './security.ts'

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const
const otherMethods = ['options', 'trace']

/** Whether a document describes an interface, in whatever version. */
export function isOpenApi(text: string, file: string): boolean {
  if (!/openapi|swagger/.test(text)) return false
  const { data } = readDocument(text, file)
  return 'openapi' in data || 'swagger' in data
}

/**
 * A description of an interface (OpenAPI 3.0 and 3.1, YAML or JSON): each operation is one scenario of one request, all
 * of one weight, with the examples and defaults of the document, else the plainest values that its schemas allow.
 * @throws HP_LOAD_IMPORT
 */
export function importOpenApi(text: string, file: string): Imported {
  const document = readDocument(text, file)
  const { data, lineOf } = document
  const fail = (problem: string, line = 1) => errors.HP_LOAD_IMPORT({ file, line, problem })
  if (!/^3\.[01]\./.test(String(data.openapi))) {
    throw fail(`it is of version ${String(data.openapi ?? data.swagger)}, and 3.0 and 3.1 are read`)
  }
  const notes = createNoteTaker()
  const { origin, base } = serverOf(data)
  const resolve = createResolve(data)
  const context = { resolve, notes, lineOf }
  const operations = operationsOf(document, base).map((operation) => ({
    operation,
    request: requestOf(operation, context),
  }))
  for (const { line, what } of leftOut(document)) notes.skipped(line, what)
  const names = new Set<string>()
  const outline = operations.flatMap(({ operation, request }): OutlinedScenario[] =>
    request === null ? [] : [{ name: nameOf(operation, names), requests: [request] }],
  )
  if (outline.length === 0) throw fail('it has no operation that can be sent', lineOf(['paths']))
  const sent = operations.filter(({ request }) => request !== null)
  noteSecurity(document, { operations: sent.map(({ operation }) => operation.operation), resolve, notes })
  const scenarios = outline.map((scenario) => scenarioOf(scenario, origin))
  return { format: 'openapi', origin, scenarios, outline, options: {}, notes: notes.all() }
}

/** The first server, its variables at their defaults; a relative one has no origin. */
function serverOf({ servers }: Record<string, unknown>): { origin: string | null; base: string } {
  const [first] = listOf(servers)
  if (!isRecord(first) || typeof first.url !== 'string') return { origin: null, base: '' }
  const variables = isRecord(first.variables) ? first.variables : {}
  const url = first.url.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    return isRecord(variable) && typeof variable.default === 'string' ? variable.default : ''
  })
  const parsed = URL.parse(url, 'http://relative.invalid')
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return { origin: null, base: '' }
  const base = parsed.pathname.replace(/\/+$/, '')
  return { origin: parsed.hostname === 'relative.invalid' ? null : parsed.origin, base }
}

function operationsOf({ data }: ScriptDocument, base: string): Operation[] {
  return Object.entries(isRecord(data.paths) ? data.paths : {}).flatMap(([template, item]) => {
    if (!isRecord(item) || !template.startsWith('/')) return []
    return methods.flatMap((method): Operation[] => {
      const operation = item[method]
      if (!isRecord(operation)) return []
      return [{ method: method.toUpperCase(), template, base, operation, shared: item.parameters }]
    })
  })
}

function leftOut({ data, lineOf }: ScriptDocument): { line: number; what: string }[] {
  const paths = Object.entries(isRecord(data.paths) ? data.paths : {})
  const ofMethods = paths.flatMap(([template, item]) =>
    otherMethods.flatMap((method) =>
      isRecord(item) && item[method] !== undefined
        ? [
            {
              line: lineOf(['paths', template, method]),
              what: `${method.toUpperCase()} ${template}: not a method of load`,
            },
          ]
        : [],
    ),
  )
  const ofPaths = paths.flatMap(([template, item]) =>
    isRecord(item) && typeof item.$ref === 'string'
      ? [{ line: lineOf(['paths', template]), what: `${template}: a path that stands elsewhere is not read` }]
      : [],
  )
  const webhooks =
    data.webhooks === undefined
      ? []
      : [{ line: lineOf(['webhooks']), what: 'webhooks: they are sent by the application' }]
  return [...ofMethods, ...ofPaths, ...webhooks]
}

function nameOf({ method, template, operation }: Operation, taken: Set<string>): string {
  const { operationId } = operation
  const wanted = typeof operationId === 'string' && operationId !== '' ? operationId : `${method} ${template}`
  let name = wanted
  for (let count = 2; taken.has(name); count++) name = `${wanted} ${count}`
  taken.add(name)
  return name
}
