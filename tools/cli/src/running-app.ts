import { HotpathError } from '@hotpath/core'
import { cliErrors } from './errors.ts'
import { noAnswer } from './no-answer.ts'

/** Where a running application is, and the token its console asks for. */
export interface Target {
  origin: string
  /** @default the environment's HOTPATH_TOKEN */
  token?: string
}

const patienceMs = 10_000

/**
 * Asks a running application's console API.
 * @throws HP_OPTION_INVALID, HP_SERVER_UNREACHABLE, HP_SERVER_UNTRUSTED, HP_SERVER_REFUSED, HP_REQUEST_REFUSED,
 *   HP_SERVER_ANSWER_ODD
 */
export async function ask<T extends object>(target: Target, path: string, body?: unknown): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs)
  const { status, text } = await exchange(target, path, async () => {
    const response = await send(target, path, { body, signal })
    return { status: response.status, text: await response.text() }
  })
  return accepted({ target, path, status, text }) as T
}

/**
 * The same for an answer of newline-delimited JSON, as it comes: every line is handed to `onLine`, the last one is
 * returned as well. It may take as long as it takes; the application is given up when it says nothing at all.
 * @throws as `ask`
 */
export async function askLines<T extends object>(
  target: Target,
  path: string,
  { body, onLine }: { body: unknown; onLine: (line: object) => void },
): Promise<T> {
  return exchange(target, path, async () => {
    const beginning = new AbortController()
    const timer = setTimeout(() => beginning.abort(new DOMException('', 'TimeoutError')), patienceMs)
    const response = await send(target, path, { body, signal: beginning.signal })
    clearTimeout(timer)
    if (response.status !== 200 || response.body === null) {
      return accepted({ target, path, status: response.status, text: await response.text() }) as T
    }
    let last = ''
    for await (const line of linesOf(response.body)) {
      last = line
      const value = parse(line)
      if (typeof value === 'object' && value !== null) onLine(value)
    }
    return accepted({ target, path, status: 200, text: last }) as T
  })
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') yield rest
}

interface Answer {
  target: Target
  path: string
  status: number
  text: string
}

function accepted({ target: { origin }, path, status, text }: Answer): object {
  if (status === 401 || status === 403) {
    throw cliErrors.HP_SERVER_REFUSED({ origin, status, detail: detailOf(text) })
  }
  const answer = parse(text)
  const isObject = typeof answer === 'object' && answer !== null
  if (status === 400 && isObject) throw cliErrors.HP_REQUEST_REFUSED({ origin, detail: detailOf(text) })
  if (status === 200 && isObject) return answer
  throw cliErrors.HP_SERVER_ANSWER_ODD({ origin, status, path, detail: detailOf(text) })
}

function send(
  target: Target,
  path: string,
  { body, signal }: { body: unknown; signal: AbortSignal },
): Promise<Response> {
  const { origin, token = process.env.HOTPATH_TOKEN ?? '' } = target
  return fetch(new URL(path, origin), {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    signal,
  })
}

/** What `fetch` throws, in our words. */
async function exchange<T>({ origin }: Target, path: string, run: () => Promise<T>): Promise<T> {
  const url = URL.parse(path, origin)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw cliErrors.HP_OPTION_INVALID({
      option: '--origin',
      given: origin,
      expected: 'an http: or https: URL',
    })
  }
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof HotpathError) throw cause
    throw noAnswer(origin, cause, patienceMs)
  }
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
