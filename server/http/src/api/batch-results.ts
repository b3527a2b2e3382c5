import { Buffer } from 'node:buffer'
import type { OutgoingHttpHeaders } from 'node:http'
import type { InternalAnswer } from './ask-internally.ts'
import { isJsonType } from './json-type.ts'
import { renderProblem } from './problem.ts'

/** What of an answer's head a batch shows. Cookies go into the head of the batch: scripts must not see them. */
const shown = [
  'cache-control',
  'cache-status',
  'content-type',
  'deprecation',
  'etag',
  'last-modified',
  'link',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'sunset',
  'vary',
] as const

/** One entry of `results`, as JSON. */
export function renderResult(id: string | null, answer: InternalAnswer): string {
  const members = [
    ...(id === null ? [] : [`"id":${JSON.stringify(id)}`]),
    `"status":${answer.status}`,
    `"headers":${JSON.stringify(headersShown(answer.headers))}`,
    ...bodyOf(answer),
  ]
  return `{${members.join(',')}}`
}

/** The same for an operation that has no answer of its own. */
export function renderFailure(id: string | null, status: number, detail: string): string {
  const { body } = renderProblem({ status, detail })
  return renderResult(id, { status, headers: { 'content-type': 'application/problem+json' }, body })
}

function headersShown(headers: OutgoingHttpHeaders): Record<string, unknown> {
  return Object.fromEntries(
    shown.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
}

/** JSON stands as it is, text as a text, anything else in base64. */
function bodyOf({ headers, body }: InternalAnswer): string[] {
  if (body.length === 0) return []
  const type = headers['content-type'] ?? ''
  const isEncoded = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity'
  if (!isEncoded && isJsonType(type)) {
    const text = body.toString('utf8')
    if (isJson(text)) return [`"body":${text}`]
  }
  if (!isEncoded && /^text\//i.test(type)) return [`"body":${JSON.stringify(body.toString('utf8'))}`]
  return [`"encoding":"base64"`, `"body":"${Buffer.from(body).toString('base64')}"`]
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
