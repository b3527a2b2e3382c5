import { createStep, type Step } from '../../scenario/step.ts'
import { pathOf } from '../target-path.ts'
import { type Answer, type Callable, type Machine, native } from './evaluation.ts'
import { toText } from './operators.ts'
import { generalPath } from './request-name.ts'
import { responseValue } from './response.ts'

const bodyless: Record<string, string> = { get: 'GET', head: 'HEAD' }
const withBody: Record<string, string> = {
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  del: 'DELETE',
  options: 'OPTIONS',
}

/** Names of the http module that have a counterpart; `asyncRequest` is awaited where it is called. */
export const httpNames: ReadonlySet<string> = new Set([
  ...Object.keys(bodyless),
  ...Object.keys(withBody),
  'request',
  'asyncRequest',
  'batch',
  'url',
  'expectedStatuses',
])

const mostNames = 200

interface Call {
  method: string
  url: unknown
  body?: unknown
  params?: unknown
  name: string | null
}

/** What `import http from 'k6/http'` gives a script; `origin()` is where the load goes. */
export function createHttp(origin: () => string | null): Record<string, unknown> {
  const names = new Set<string>()

  /** Paths that are made while running must not become endless many endpoints. */
  function nameOf(method: string, path: string): string {
    const name = `${method} ${generalPath(path)}`
    if (names.has(name)) return name
    if (names.size >= mostNames) return `${method} (others)`
    names.add(name)
    return name
  }

  function stepOf({ method, url, body, params, name }: Call): Step | null {
    const path = pathOf(toText(url), origin())
    if (path === null) return null
    const options = recordOf(params)
    const headers = textsOf(options.headers)
    const cookies = Object.entries(recordOf(options.cookies)).map(([key, value]) => `${key}=${toText(value)}`)
    if (cookies.length > 0) headers.cookie = cookies.join('; ')
    const content = contentOf(body)
    if (content.type !== null && !hasHeader(headers, 'content-type')) headers['content-type'] = content.type
    const tag = recordOf(options.tags).name
    const expect = recordOf(options.responseCallback).statuses
    return createStep(
      tag === undefined ? (name === null ? nameOf(method, path) : `${method} ${name}`) : toText(tag),
      { method, path },
      {
        headers,
        ...(content.text === null ? {} : { body: content.text }),
        ...(Array.isArray(expect) ? { expect: expect as number[] } : {}),
      },
    )
  }

  function* send(calls: readonly Call[]) {
    const steps = calls.map(stepOf)
    const sent = steps.filter((step) => step !== null)
    const answers = (yield { kind: 'send' as const, steps: sent }) as Answer[]
    let next = 0
    return steps.map((step) =>
      step === null ? responseValue(elsewhere, notAsked) : responseValue(step, answers[next++]!),
    )
  }

  function method(build: (args: readonly unknown[]) => Omit<Call, 'name'>): Callable {
    return function* request(args, machine) {
      const name = takeName(machine)
      const [response] = yield* send([{ ...build(args), name }])
      return response
    }
  }

  const request = method(([verb, url, body, params]) => ({
    method: toText(verb).toUpperCase(),
    url,
    body,
    params,
  }))
  const bare = Object.entries(bodyless).map(
    ([name, verb]) => [name, method(([url, params]) => ({ method: verb, url, params }))] as const,
  )
  const full = Object.entries(withBody).map(
    ([name, verb]) => [name, method(([url, body, params]) => ({ method: verb, url, body, params }))] as const,
  )
  return {
    ...Object.fromEntries([...bare, ...full]),
    request,
    asyncRequest: request,
    *batch([requests]: readonly unknown[]) {
      const isList = Array.isArray(requests)
      const entries = isList ? [...requests.entries()] : Object.entries(recordOf(requests))
      const responses = yield* send(entries.map(([, given]) => batched(given)))
      return isList
        ? responses
        : Object.fromEntries(entries.map(([key], index) => [key, responses[index]] as const))
    },
    expectedStatuses: native((...given) => ({ statuses: given.flatMap(statusesOf) })),
  }
}

/** What stands for a request to another host, which is not sent. */
const elsewhere = createStep('elsewhere', { method: 'GET', path: '/' }, {})
const notAsked: Answer = { response: null, problem: 'not sent: it leads to another host', ms: 0 }

function takeName(machine: Machine): string | null {
  const name = machine.requestName
  machine.requestName = null
  return name
}

/** A request of `http.batch`: a URL, `[method, url, body, params]`, or an object of these names. */
function batched(given: unknown): Call {
  if (Array.isArray(given)) {
    const [method, url, body, params] = given as unknown[]
    return { method: toText(method).toUpperCase(), url, body, params, name: null }
  }
  if (typeof given !== 'object' || given === null) return { method: 'GET', url: given, name: null }
  const { method, url, body, params } = given as Record<string, unknown>
  return { method: toText(method ?? 'GET').toUpperCase(), url, body, params, name: null }
}

/** An object is sent as a form, as k6 does. */
function contentOf(body: unknown): { text: string | null; type: string | null } {
  if (body === undefined || body === null) return { text: null, type: null }
  if (typeof body !== 'object') return { text: toText(body), type: null }
  const form = new URLSearchParams(
    Object.entries(body).map(([name, value]): [string, string] => [name, toText(value)]),
  )
  return { text: form.toString(), type: 'application/x-www-form-urlencoded' }
}

/** `200` or `{ min: 200, max: 399 }`. */
function statusesOf(given: unknown): number[] {
  if (typeof given === 'number') return [given]
  const { min, max } = recordOf(given)
  const [low, high] = [Math.max(100, Number(min)), Math.min(599, Number(max))]
  return high >= low ? Array.from({ length: high - low + 1 }, (_, index) => low + index) : []
}

function textsOf(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordOf(headers)).map(([name, value]) => [name.toLowerCase(), toText(value)]),
  )
}

const hasHeader = (headers: Record<string, string>, name: string) => Object.hasOwn(headers, name)

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
