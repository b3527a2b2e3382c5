import { encodeForm, encodeMultipart, type Form, type Multipart } from '../http/bodies.ts'
import { type Capture, compileCaptures, type CompiledCapture } from '../session/capture.ts'
import type { AnswerCheck } from '../session/verify.ts'

/** One request of a scenario, ready to be sent. */
export interface Step {
  /** Under which name it is counted: the route's pattern. */
  readonly name: string
  readonly method: string
  /** Where it goes, when it is not the run's origin. */
  readonly origin: string | null
  /** Path and query. */
  readonly path: string
  /** Name, value, name, value… */
  readonly headers: readonly string[]
  readonly body: string | Buffer | null
  /** The statuses that are right; null accepts every status below 400. */
  readonly expect: readonly number[] | null
  readonly captures: readonly CompiledCapture[]
  readonly checks: readonly { name: string; holds: AnswerCheck; fails: boolean }[]
  /** How many redirects are followed; null as many as the run says. */
  readonly redirects: number | null
}

/** What every request may carry; of json, form, multipart and body at most one. */
export interface StepOptions {
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON, with its content type. */
  json?: unknown
  /** Sent as application/x-www-form-urlencoded. */
  form?: Form
  /** Sent as multipart/form-data: fields and files. */
  multipart?: Multipart
  /** Sent as it is. */
  body?: string | Buffer
  /** The statuses that are right; any other counts as an error. @default every status below 400 */
  expect?: number | readonly number[]
  /** Values taken out of the answer into the session's variables; one that is not there is an error. */
  capture?: Readonly<Record<string, Capture>>
  /** Held against the answer and counted by name, no more. */
  checks?: Readonly<Record<string, AnswerCheck>>
  /** Held against the answer and counted by name; one that does not hold makes the request an error. */
  asserts?: Readonly<Record<string, AnswerCheck>>
  /** How many redirects a session follows. @default as many as the run says */
  redirects?: number
  /** Under which name the request is counted. @default the route's pattern */
  name?: string
}

const nothing: readonly never[] = []

/**
 * Builds a step; `defaultName` names it unless the options do.
 * @throws HP_LOAD_CAPTURE
 */
export function createStep(
  defaultName: string,
  { method, path, origin = null }: { method: string; path: string; origin?: string | null },
  options: StepOptions,
): Step {
  const { expect, capture, checks, asserts, redirects = null, name = defaultName } = options
  const headers = Object.entries(options.headers ?? {}).flatMap(([key, value]) => [key.toLowerCase(), value])
  const { type, body } = bodyOf(options)
  if (type !== null && !hasHeader(headers, 'content-type')) headers.push('content-type', type)
  return {
    name,
    method,
    origin,
    path,
    headers,
    body,
    expect: expect === undefined ? null : typeof expect === 'number' ? [expect] : expect,
    captures: capture ? compileCaptures(capture) : nothing,
    checks: checks || asserts ? [...checksOf(checks, false), ...checksOf(asserts, true)] : nothing,
    redirects,
  }
}

/** Whether the flat list `headers` has the one called `name`, in lower case. */
export function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true
  return false
}

function bodyOf({ json, form, multipart, body }: StepOptions): Pick<Step, 'body'> & { type: string | null } {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) }
  if (form !== undefined) return encodeForm(form)
  if (multipart !== undefined) return encodeMultipart(multipart)
  return { type: null, body: body ?? null }
}

function checksOf(checks: StepOptions['checks'], fails: boolean): Step['checks'] {
  return Object.entries(checks ?? {}).map(([name, holds]) => ({ name, holds, fails }))
}

/** Why an answer with `status` is an error of its step, or null when it is right. */
export function statusProblem(step: Step, status: number): string | null {
  const right = step.expect === null ? status < 400 : step.expect.includes(status)
  return right ? null : `status ${status}`
}
