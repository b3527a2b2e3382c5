/** Why a question to the server came to nothing. */
export class RequestProblem extends Error {
  /** `refused`: 401 or 403; `answered`: another status; `failed`: no answer at all, or one that is no JSON. */
  readonly kind: 'refused' | 'answered' | 'failed'
  /** Of the answer; null when there was none. */
  readonly status: number | null

  constructor(message: string, { kind, status }: { kind: RequestProblem['kind']; status: number | null }) {
    super(message)
    this.kind = kind
    this.status = status
  }
}

export interface JsonRequest {
  /** Sent as `Authorization: Bearer`; nothing is sent without one. */
  token: string | undefined
  /** Makes the request a POST of this value. */
  body?: unknown
  signal?: AbortSignal
  /** Where the server is. @default the page's own origin */
  origin?: string
  /** How long to wait for the whole answer, in milliseconds. @default 10_000 */
  timeoutMs?: number
}

const defaults = { origin: '', timeoutMs: 10_000 } as const

/**
 * Asks the server once.
 * @throws RequestProblem, and what `signal` was aborted with
 */
export async function requestJson(path: string, request: JsonRequest): Promise<unknown> {
  const { origin, timeoutMs, signal } = { ...defaults, ...request }
  const deadline = AbortSignal.timeout(timeoutMs)
  let response: Response
  let text: string
  try {
    response = await fetch(origin + path, {
      ...init(request),
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    text = await response.text()
  } catch {
    signal?.throwIfAborted()
    const why = deadline.aborted ? `No answer within ${timeoutMs / 1000} s.` : 'No connection.'
    throw new RequestProblem(why, { kind: 'failed', status: null })
  }
  if (!response.ok) throw refusal(response.status, problemDetail(text))
  return readJson(text, response.status)
}

function init({ token, body }: JsonRequest): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  if (body === undefined) return { headers }
  headers['content-type'] = 'application/json'
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

function refusal(status: number, detail: string): RequestProblem {
  // What a 401 says is meant for programs; a 403 says why no token will do, or which one.
  if (status === 401) return new RequestProblem('', { kind: 'refused', status })
  if (status === 403) return new RequestProblem(detail, { kind: 'refused', status })
  return new RequestProblem(detail || `The server answered ${status}.`, { kind: 'answered', status })
}

/** What a problem+json answer says (RFC 9457); empty when the answer is none. */
function problemDetail(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : ''
  } catch {
    return ''
  }
}

function readJson(text: string, status: number): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below: an answer that is no JSON and one that is a bare word are the same mishap.
  }
  const why = 'The answer was not that of Hotpath: something else is listening here.'
  throw new RequestProblem(why, { kind: 'failed', status })
}
