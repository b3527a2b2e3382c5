import { cliErrors } from './errors.ts'

/** Where a running application is, and the token its console asks for. */
export interface Target {
  origin: string
  /** @default the environment's HOTPATH_TOKEN */
  token?: string
}

const patienceMs = 10_000

/**
 * Asks a running application's console API.
 * @throws HP_OPTION_INVALID, HP_SERVER_UNREACHABLE, HP_SERVER_REFUSED, HP_SERVER_ANSWER_ODD
 */
export async function ask<T extends object>(target: Target, path: string, body?: unknown): Promise<T> {
  const { origin } = target
  const url = URL.parse(path, origin)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw cliErrors.HP_OPTION_INVALID({
      option: '--origin',
      given: origin,
      expected: 'an http: or https: URL',
    })
  }
  const { status, text } = await exchange(url, target, body)
  if (status === 401 || status === 403) {
    throw cliErrors.HP_SERVER_REFUSED({ origin, status, detail: detailOf(text) })
  }
  const answer = status === 200 ? parse(text) : null
  if (typeof answer !== 'object' || answer === null) {
    throw cliErrors.HP_SERVER_ANSWER_ODD({ origin, status, path, detail: detailOf(text) })
  }
  return answer as T
}

async function exchange(url: URL, target: Target, body: unknown): Promise<{ status: number; text: string }> {
  const { token = process.env.HOTPATH_TOKEN ?? '' } = target
  try {
    const response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(patienceMs),
    })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    throw cliErrors.HP_SERVER_UNREACHABLE({ origin: target.origin, problem: causeOf(cause) }, { cause })
  }
}

/** fetch hides the reason one level down. */
function causeOf(error: unknown): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return `no answer within ${patienceMs / 1000} s`
  return cause?.code ?? cause?.message ?? message
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function detailOf(text: string): string {
  const detail = (parse(text) as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' ? detail : text.slice(0, 100).replaceAll(/\s+/g, ' ')
}
