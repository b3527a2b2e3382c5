import type { Cookies } from '../../session/cookies.ts'
import { createStep, type Step } from '../../scenario/step.ts'
import { compileCaptures } from './capture.ts'
import { isRecord, listOf, type Path } from '../document.ts'
import { compileExpectations, expectedStatuses } from './expect.ts'
import { compileCondition } from './condition.ts'
import type { FlowContext, FlowStep } from './flow-step.ts'
import { compileTemplate, type Scope, type Template, textOf } from './template.ts'
import { pathOf } from '../target-path.ts'

export const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const

/** A request of a flow, as the script writes it. */
export interface ScriptRequest {
  method: (typeof methods)[number]
  request: Record<string, unknown>
  line: number
  path: Path
}

const known = new Set([
  'url',
  'uri',
  'name',
  'json',
  'form',
  'body',
  'headers',
  'qs',
  'capture',
  'match',
  'expect',
  'ifTrue',
  'cookie',
  'auth',
  'gzip',
])

/** A request with its captures and expectations. Artillery's users go on after a wrong status, and end when a capture fails. */
export function compileRequest(given: ScriptRequest, context: FlowContext): FlowStep {
  const { request, line, path } = given
  const { notes } = context
  const skip = (what: string) => notes.skipped(line, what)
  for (const key of Object.keys(request)) {
    if (!known.has(key)) notes.skipped(context.lineOf([...path, key]), `${key} of a request: not run here`)
  }
  const condition = request.ifTrue === undefined ? null : compileCondition(request.ifTrue)
  if (request.ifTrue !== undefined && condition === null) {
    skip(`ifTrue ${JSON.stringify(request.ifTrue)}: JavaScript of a script is not run; the request is sent`)
  }
  const build = compileStepOf(given, context)
  const capture = compileCaptures(listOf(request.capture), skip)
  const expect = compileExpectations([...listOf(request.expect), ...listOf(request.match)], skip)
  return async ({ session, scope }) => {
    if (condition !== null && !condition(scope)) return true
    const step = build(scope)
    if (step === null) return true
    if (isRecord(request.cookie)) setCookies(session.cookies, request.cookie, scope)
    const { response } = await session.attempt(step)
    for (const { name, holds } of expect(response, scope)) session.check(name, holds)
    const failed = capture(response, scope.variables)
    if (failed !== null) session.check(`capture ${failed}`, false)
    return failed === null && response !== null
  }
}

/** Makes the step of each user; null where the URL leads elsewhere. */
function compileStepOf({ method, request, line }: ScriptRequest, context: FlowContext) {
  const skip = (what: string) => context.notes.skipped(line, what)
  const written = textOf(request.url ?? request.uri ?? '/')
  const url = compileTemplate(written, skip)
  const query = compileTemplate(request.qs ?? {}, skip)
  const headers = compileTemplate({ ...context.headers, ...recordOf(request.headers) }, skip)
  const body = compileBody(request, skip)
  const auth = compileTemplate(request.auth ?? null, skip)
  const expect = expectedStatuses(request.expect)
  const verb = method.toUpperCase()
  const name = typeof request.name === 'string' ? request.name : `${verb} ${nameOf(written, context.origin)}`
  if (pathOf(written, context.origin) === null) skip(`${written}: it leads to another host`)
  return (scope: Scope): Step | null => {
    const path = pathOf(textOf(url(scope)), context.origin)
    if (path === null) return null
    const lines = textLines(headers(scope))
    const content = body(scope)
    const credentials = auth(scope)
    if (isRecord(credentials)) lines.authorization ??= basic(credentials)
    if (content.type !== null) lines['content-type'] ??= content.type
    return createStep(
      name,
      { method: verb, path: withQuery(path, query(scope)) },
      { headers: lines, ...content.option, ...(expect === null ? {} : { expect }) },
    )
  }
}

interface Content {
  option: { json: unknown } | { body: string } | object
  type: string | null
}

function compileBody(
  request: Record<string, unknown>,
  skip: (what: string) => void,
): (scope: Scope) => Content {
  if (request.json !== undefined) {
    const json = compileTemplate(request.json, skip)
    return (scope) => ({ option: { json: json(scope) ?? null }, type: null })
  }
  if (request.form !== undefined) {
    const form = compileTemplate(request.form, skip)
    return (scope) => ({
      option: { body: withQuery('', form(scope)).slice(1) },
      type: 'application/x-www-form-urlencoded',
    })
  }
  const body: Template | null = request.body === undefined ? null : compileTemplate(request.body, skip)
  return (scope) => ({ option: body === null ? {} : { body: textOf(body(scope)) }, type: null })
}

function textLines(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordOf(headers)).map(([name, value]) => [name.toLowerCase(), textOf(value)]),
  )
}

function withQuery(path: string, query: unknown): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(recordOf(query))) {
    for (const one of listOf(value)) search.append(name, textOf(one))
  }
  if (search.size === 0) return path
  return `${path}${path.includes('?') ? '&' : '?'}${search.toString()}`
}

function basic({ user, pass }: Record<string, unknown>): string {
  return `Basic ${Buffer.from(`${textOf(user)}:${textOf(pass)}`).toString('base64')}`
}

function setCookies(cookies: Cookies, given: Record<string, unknown>, scope: Scope): void {
  for (const [name, value] of Object.entries(given)) {
    cookies.set(name, textOf(compileTemplate(value, () => {})(scope)))
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

/** `/items/{{ id }}?page={{ n }}` is counted as `/items/{{ id }}`. */
function nameOf(url: string, origin: string | null): string {
  const path = origin !== null && url.startsWith(origin) ? url.slice(origin.length) : url
  return path.replace(/\?.*$/s, '').slice(0, 200) || '/'
}
