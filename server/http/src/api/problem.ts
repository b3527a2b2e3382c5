import { Buffer } from 'node:buffer'
import { type OutgoingHttpHeaders, STATUS_CODES, type ServerResponse } from 'node:http'
import { waitsItsTurn } from '../interim-first.ts'

/** Problem details (RFC 9457 §3.1). */
export interface Problem {
  /** 400 to 599. */
  readonly status: number
  /** A URI that names the kind of problem. @default `about:blank`, left out: the status says it all */
  readonly type?: string
  /** The same for every problem of a type. @default the status's reason phrase */
  readonly title?: string
  /** What is wrong this time, and what to do about it. Never holds what the client may not know. */
  readonly detail?: string
  /** A URI of this occurrence. */
  readonly instance?: string
  /** Further members, such as `errors` or `retryAfter`; those above win. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Answers one problem; `headers` are added, and win over those of problems in general. */
export type SendProblem = (response: ServerResponse, headers?: OutgoingHttpHeaders) => void

/** What a framework answers with itself: status, headers and body of a problem. */
export interface RenderedProblem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A problem as it is sent: JSON, stored by nobody. */
export function renderProblem(problem: Problem): RenderedProblem {
  const { status, title = STATUS_CODES[status], type, detail, instance, extensions } = problem
  const members = { ...extensions, type, title, status, detail, instance }
  const body = Buffer.from(JSON.stringify(members))
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': String(body.length),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
    body,
  }
}

/** A problem that is answered often: its body is made once. */
export function prepareProblem(problem: Problem): SendProblem {
  const rendered = renderProblem(problem)
  return (response, headers) => write(response, rendered, headers)
}

/**
 * Answers a request with a problem. A response whose head has gone out is cut off instead: what it has sent so far
 * must not pass for a whole answer.
 */
export function sendProblem(response: ServerResponse, problem: Problem, headers?: OutgoingHttpHeaders): void {
  write(response, renderProblem(problem), headers)
}

function write(response: ServerResponse, problem: RenderedProblem, headers?: OutgoingHttpHeaders): void {
  if (response.headersSent) return void response.destroy()
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value)
  for (const name in headers) response.setHeader(name, headers[name]!)
  // What a handler may have begun to say of a body that is not coming.
  for (const name of ['content-encoding', 'etag', 'last-modified']) response.removeHeader(name)
  response.writeHead(problem.status)
  // A 100 that is queued before it stays before it (interim-first.ts).
  if (waitsItsTurn(response)) response.flushHeaders()
  response.end(problem.body)
}
