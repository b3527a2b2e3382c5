import type { FieldError, ProblemDetails } from '../../../src/api/shapes.ts'

/** What went wrong, in words for the reader. */
export interface Problem {
  /** The HTTP status; 0 when there was no answer at all. */
  status: number
  detail: string
  /** Which fields of a form are wrong, and what each should be. */
  fields: readonly FieldError[]
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem }

export interface RequestOptions {
  /** @default 'GET' */
  method?: 'GET' | 'POST'
  /** Sent as JSON. */
  body?: unknown
  /** Sent as `Authorization: Bearer`. Public reads carry none, so that every cache on the way may answer them. */
  token?: string | undefined
}

const timeoutMs = 15_000

/** One question to the API. Never throws: what went wrong is part of the answer. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<Result<T>> {
  const { method = 'GET', body, token } = options
  try {
    const response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) return { ok: false, problem: await readProblem(response) }
    return { ok: true, value: (await response.json()) as T }
  } catch (error) {
    return { ok: false, problem: { status: 0, detail: explain(error), fields: [] } }
  }
}

function explain(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError') return `CivicQ did not answer within ${timeoutMs / 1000} seconds.`
  if (name === 'SyntaxError') return 'CivicQ sent an answer that this page cannot read.'
  return navigator.onLine ? 'CivicQ cannot be reached.' : 'You are offline.'
}

async function readProblem(response: Response): Promise<Problem> {
  const { status } = response
  const fallback = { status, detail: `CivicQ could not answer (status ${status}).`, fields: [] }
  try {
    const { detail, errors } = (await response.json()) as Partial<ProblemDetails>
    return { status, detail: detail || fallback.detail, fields: errors ?? [] }
  } catch {
    // A proxy's page, say: the status is all there is to tell.
    return fallback
  }
}
