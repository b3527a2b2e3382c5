import type { IncomingHttpHeaders } from 'node:http'
import { Buffer } from 'node:buffer'
import type { DetachedRequest } from '../detached-exchange.ts'
import { hostOf } from '../http2.ts'
import { pathOf } from '../path-of.ts'

/** One operation of a batch, checked. */
export interface Operation extends DetachedRequest {
  /** As the client named it; null where it did not. */
  readonly id: string | null
  /** It changes nothing (RFC 9110 §9.2.1), so that others may run beside it. */
  readonly isSafe: boolean
}

/** An operation that cannot be run, and why. */
export interface RefusedOperation {
  readonly id: string | null
  readonly problem: string
}

const methods: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** What an operation may say itself; who it comes from is what the batch says. */
const own: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'api-version',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'prefer',
])

/** What is said of the batch alone: its body, its connection, and the preconditions and the form of its own answer. */
const notInherited: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'pragma',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const longestPath = 4_096
const longestId = 64
const longestValue = 1_024
/** Visible ASCII and spaces: no line can be ended by it. */
const headerValue = /^[\t -~]*$/

/** The headers of the batch that all its operations carry. */
export function inheritedHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const inherited: IncomingHttpHeaders = {}
  const host = hostOf(headers)
  if (host !== undefined) inherited.host = host
  for (const [name, value] of Object.entries(headers)) {
    if (!notInherited.has(name) && !name.startsWith(':')) inherited[name] = value
  }
  return inherited
}

/** Reads one entry of `operations`. */
export function readOperation(
  given: unknown,
  inherited: IncomingHttpHeaders,
  batchPath: string,
): Operation | RefusedOperation {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { id: null, problem: 'An operation is an object with "method" and "path".' }
  }
  const { id: givenId = null, method = 'GET', path, headers = {}, body } = given as Record<string, unknown>
  if (givenId !== null && (typeof givenId !== 'string' || givenId.length > longestId)) {
    return { id: null, problem: `"id" is a text of at most ${longestId} characters.` }
  }
  const id: string | null = givenId
  if (typeof method !== 'string' || !methods.has(method)) {
    return { id, problem: '"method" is one of GET, HEAD, POST, PUT, PATCH and DELETE.' }
  }
  const problem = pathProblem(path, batchPath) ?? headersProblem(headers)
  if (problem !== null) return { id, problem }
  const isSafe = method === 'GET' || method === 'HEAD'
  if (isSafe && body !== undefined) return { id, problem: `A ${method} carries no body.` }
  const content = contentOf(body)
  if (content === null) return { id, problem: 'Its "body" is nested too deeply.' }
  const all: IncomingHttpHeaders = {
    ...inherited,
    accept: 'application/json',
    ...(content && { 'content-type': 'application/json', 'content-length': String(content.length) }),
    ...lowerCased(headers as Record<string, string>),
  }
  return { id, isSafe, method, url: path as string, headers: all, ...(content && { body: content }) }
}

/** Null where it cannot be written again: JSON may be nested more deeply than it can be walked. */
function contentOf(body: unknown): Buffer | undefined | null {
  if (body === undefined) return undefined
  try {
    return Buffer.from(JSON.stringify(body))
  } catch {
    return null
  }
}

function pathProblem(path: unknown, batchPath: string): string | null {
  const isPath = typeof path === 'string' && path.length <= longestPath && /^\/(?!\/)[!-~]*$/.test(path)
  if (!isPath || path.includes('#')) {
    return `"path" begins with one slash and is percent-encoded, ${longestPath} characters at most.`
  }
  return pathOf(path) === batchPath ? 'A batch holds no batches.' : null
}

function headersProblem(headers: unknown): string | null {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return '"headers" is an object.'
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!own.has(name.toLowerCase())) {
      return `An operation cannot set ${JSON.stringify(name.slice(0, longestId))}: of its own it has ${[...own].join(', ')}.`
    }
    if (typeof value !== 'string' || value.length > longestValue || !headerValue.test(value)) {
      return `The header ${name} is no text that a header can carry.`
    }
  }
  return null
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
