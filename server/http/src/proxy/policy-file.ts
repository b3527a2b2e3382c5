import { HotpathError, type Route, route, type RouteOptions, type RoutePattern } from '@hotpath/core'
import { httpErrors } from '../errors.ts'
import { createRouteTable } from '../route-table.ts'

/** A policy, read: what the route table of an application would say. */
export interface Policy {
  readonly routes: readonly Route[]
}

/** What may stand in a rule, with what it has to be. */
const fields: Readonly<Record<string, { is: (value: unknown) => boolean; expected: string }>> = {
  fresh: { is: isText, expected: 'a duration such as "1h"' },
  stale: { is: isText, expected: 'a duration such as "1d"' },
  browser: { is: isText, expected: 'a duration such as "5m"' },
  tags: {
    is: (value) => Array.isArray(value) && value.every((tag) => isText(tag) && tag !== ''),
    expected: 'a list of tags, in which {id} stands for the parameter :id of the pattern',
  },
  visibility: {
    is: (value) => value === 'public' || value === 'private',
    expected: '"public" or "private"',
  },
  shadow: { is: (value) => typeof value === 'boolean', expected: 'true or false' },
  budget: {
    is: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
    expected: 'a budget such as "p95 < 50ms", or a list of them',
  },
}

/**
 * Reads a policy file: `{"routes": {"GET /api/items/:id": {"fresh": "1h", "tags": ["item:{id}"]}}}`.
 * @throws HP_POLICY_INVALID naming the file, the line and the field
 */
export function readPolicyFile(source: string, file: string): Policy {
  const refuse = (problem: string, near?: string): HotpathError => {
    const at = near === undefined ? -1 : source.indexOf(JSON.stringify(near))
    const line = at === -1 ? '' : `, line ${source.slice(0, at).split('\n').length}`
    return httpErrors.HP_POLICY_INVALID({ where: `${file}${line}`, problem })
  }
  const rules = rulesOf(parse(source, refuse), refuse)
  const routes = Object.entries(rules).map(([pattern, rule]) => readRule(pattern, rule, refuse))
  try {
    createRouteTable(routes)
  } catch (error) {
    throw refuse((error as HotpathError).what)
  }
  return { routes }
}

type Refuse = (problem: string, near?: string) => HotpathError

function parse(source: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw refuse(`it is not JSON (${(error as Error).message})`)
  }
}

function rulesOf(value: unknown, refuse: Refuse): Record<string, unknown> {
  if (!isObject(value)) throw refuse('it holds no object')
  for (const key of Object.keys(value)) {
    if (key !== 'routes') throw refuse(`it does not know ${JSON.stringify(key)}, only "routes"`, key)
  }
  if (!isObject(value.routes)) throw refuse('"routes" is not an object of rules by pattern', 'routes')
  return value.routes
}

function readRule(pattern: string, rule: unknown, refuse: Refuse): Route {
  if (!isObject(rule)) throw refuse(`the rule of ${JSON.stringify(pattern)} is not an object`, pattern)
  for (const [name, value] of Object.entries(rule)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const place = `"${name}" of ${JSON.stringify(pattern)}`
    if (!field) throw refuse(`there is no ${place}; a rule knows ${Object.keys(fields).join(', ')}`, pattern)
    if (!field.is(value)) throw refuse(`${place} is not ${field.expected}`, pattern)
  }
  const { tags, ...options } = rule as Omit<RouteOptions, 'tags'> & { tags?: readonly string[] }
  try {
    const declared = route(pattern as RoutePattern, {
      ...options,
      ...(tags && { tags: tagTemplates(tags) }),
    })
    for (const name of (tags ?? []).flatMap(parametersOf)) {
      if (!declared.segments.includes(`:${name}`)) {
        throw refuse(
          `a tag of ${JSON.stringify(pattern)} names {${name}}, which is no parameter of it`,
          pattern,
        )
      }
    }
    return declared
  } catch (error) {
    if (error instanceof HotpathError && error.code !== 'HP_POLICY_INVALID')
      throw refuse(error.what.replace(/\.$/, ''), pattern)
    throw error
  }
}

const parametersOf = (tag: string) => Array.from(tag.matchAll(/\{(\w+)\}/g), ([, name]) => name!)

function tagTemplates(templates: readonly string[]): (params: Record<string, string>) => string[] {
  return (params) =>
    templates.map((template) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ''))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
