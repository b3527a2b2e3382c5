import type { Imported, ImportNote } from './imported.ts'
import type { OutlinedRequest, OutlinedScenario } from './outline.ts'
import { keyOf, literal } from './source-literal.ts'

export interface ScenarioFileOptions {
  /** The script as the new file imports it: './checkout.yml'. */
  script: string
}

/**
 * An import as a file of scenarios: what is known before the run becomes requests of a route table, typed; a script with
 * its own flow stays what it is, and the file interprets it.
 */
export function scenarioFile(imported: Imported, { script }: ScenarioFileOptions): string {
  const head = headOf(imported, script)
  return imported.outline ? head + outlineSource(imported.outline) : head + scriptSource(imported, script)
}

const titles = { artillery: 'Artillery', k6: 'k6', har: 'HAR', openapi: 'OpenAPI' } as const

function headOf({ format, origin, notes }: Imported, script: string): string {
  const lines = [
    `Scenarios from ${script} (${titles[format]})${origin === null ? '' : `, made for ${origin}`}.`,
    ...notes.map(noteText),
  ]
  // No line of the script may end the comment.
  return `/**\n${lines.map((line) => ` * ${line.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')}`).join('\n')}\n */\n`
}

function noteText({ line, kind, text }: ImportNote): string {
  return `- ${line === null ? '' : `line ${line}: `}${kind === 'skipped' ? 'skipped: ' : ''}${text}`
}

/** Methods of a route table. */
const routed = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

function outlineSource(all: readonly OutlinedScenario[]): string {
  const scenarios = all.map(({ name, requests }) => ({
    name,
    // A recording holds preflights, too: browsers send them, no application does.
    requests: requests.filter(({ method }) => routed.has(method)),
  }))
  const patterns = new Set(scenarios.flatMap(({ requests }) => requests.map(patternOf)))
  return [
    "import { route } from '@hotpath/core'",
    "import { defineScenarios } from '@hotpath/load'",
    '',
    "/** Put the application's own table here (`import { routes } from './routes.ts'`): a route that goes is a type error then. */",
    'const routes = [',
    ...[...patterns].map((pattern) => `  route(${literal(pattern)}, {}),`),
    ']',
    '',
    'export const scenarios = defineScenarios(routes, ({ request, scenario }) => ({',
    ...scenarios.map(scenarioSource),
    '}))',
    '',
  ].join('\n')
}

const patternOf = ({ method, path }: OutlinedRequest) => `${method} ${path}`

function scenarioSource({ name, requests }: OutlinedScenario): string {
  const [only] = requests
  if (requests.length === 1) {
    return `  ${keyOf(name)}: scenario({ run: () => ${requestSource(only!, 2)} }),`
  }
  const steps = requests.flatMap((request) => [
    ...(request.pauseMs > 0 ? [`      await think(${request.pauseMs / 1000})`] : []),
    `      await attempt(${requestSource(request, 6)})`,
  ])
  const open = requests.some(({ pauseMs }) => pauseMs > 0) ? 'attempt, think' : 'attempt'
  return [`  ${keyOf(name)}: scenario({`, `    async run({ ${open} }) {`, ...steps, '    },', '  }),'].join(
    '\n',
  )
}

function requestSource(request: OutlinedRequest, indent: number): string {
  const { params, query, headers, body } = request
  const options = {
    ...(Object.keys(params).length > 0 && { params }),
    ...(query.length > 0 && { query: Object.fromEntries(query) }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...body,
  }
  const rest = Object.keys(options).length === 0 ? '' : `, ${literal(options, indent)}`
  return `request(${literal(patternOf(request))}${rest})`
}

function scriptSource({ scenarios, options }: Imported, script: string): string {
  return [
    "import { fileURLToPath } from 'node:url'",
    "import type { LoadOptions, Scenario } from '@hotpath/load'",
    "import { importFile } from '@hotpath/load/import'",
    '',
    `const script = importFile(fileURLToPath(new URL(${literal(script)}, import.meta.url)), { environment: process.env })`,
    '',
    'function named(name: string): Scenario {',
    '  const found = script.scenarios.find((scenario) => scenario.name === name)',
    `  if (!found) throw new Error(\`${script.replaceAll(/[`\\$]/g, '\\$&')} has no scenario "\${name}" any more.\`)`,
    '  return found',
    '}',
    '',
    'export const scenarios = {',
    ...scenarios.map(({ name }) => `  ${keyOf(name)}: named(${literal(name)}),`),
    '}',
    '',
    '/** The load that the script asks for: `runLoad({ ...options, scenarios: Object.values(scenarios) })`. */',
    `export const options: Partial<LoadOptions> = ${literal(options)}`,
    '',
  ].join('\n')
}
