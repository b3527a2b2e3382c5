import { paths, type Overview } from '@hotpath/core'

/** What one question to the server came to. */
export type Outcome =
  | { kind: 'overview'; overview: Overview }
  /** 401 or 403: the server wants a token, or another one. `why` is set where it says that none will do. */
  | { kind: 'refused'; why: string }
  | { kind: 'failed'; why: string }

export interface OverviewRequest {
  /** Sent as `Authorization: Bearer`; nothing is sent without one. */
  token: string | undefined
  /** Where the server is. @default the page's own origin */
  origin?: string
  /** How long to wait for the whole answer, in milliseconds. @default 5_000 */
  timeoutMs?: number
}

const defaults = { origin: '', timeoutMs: 5_000 } as const

/** Asks for the overview once. Never throws: whatever goes wrong is an outcome. */
export async function requestOverview(request: OverviewRequest): Promise<Outcome> {
  const { token, origin, timeoutMs } = { ...defaults, ...request }
  let response: Response
  let text: string
  try {
    response = await fetch(origin + paths.overview, {
      headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = await response.text()
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
    return { kind: 'failed', why: timedOut ? `No answer within ${timeoutMs / 1000} s.` : 'No connection.' }
  }
  // What a 401 says is meant for programs; a 403 says that the server was given no token to compare with.
  if (response.status === 401) return { kind: 'refused', why: '' }
  if (response.status === 403) return { kind: 'refused', why: problemDetail(text) }
  if (!response.ok) return { kind: 'failed', why: `The server answered ${response.status}.` }
  return readOverview(text)
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

function readOverview(text: string): Outcome {
  try {
    const overview = JSON.parse(text) as Overview
    if (Array.isArray(overview.tiles) && Array.isArray(overview.routes)) return { kind: 'overview', overview }
  } catch {
    // Said below: an answer that is no JSON and one that is some other JSON are the same mishap.
  }
  return { kind: 'failed', why: 'The answer was not an overview: something else is listening here.' }
}
