import { cliErrors } from './errors.ts'

/** Where a running application is, and the token its console asks for. */
export interface Target {
  origin: string
  token: string | undefined
}

/**
 * Asks a running application's console API.
 * @throws HP_SERVER_UNREACHABLE, HP_SERVER_REFUSED
 */
export async function ask<T>({ origin, token }: Target, path: string, body?: unknown): Promise<T> {
  let response: Response
  try {
    response = await fetch(new URL(path, origin), {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
  } catch (cause) {
    throw cliErrors.HP_SERVER_UNREACHABLE({ origin, problem: causeOf(cause) }, { cause })
  }
  const text = await response.text()
  if (!response.ok) {
    throw cliErrors.HP_SERVER_REFUSED({ origin, status: response.status, detail: detailOf(text) })
  }
  return JSON.parse(text) as T
}

/** fetch hides the reason one or two levels down. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? (error as Error).message
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : text
  } catch {
    return text.slice(0, 200)
  }
}
