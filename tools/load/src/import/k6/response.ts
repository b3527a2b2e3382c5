import type { Step } from '../../scenario/step.ts'
import { type Answer, native, ScriptError } from './evaluation.ts'
import { toText } from './operators.ts'

/** An answer as k6's scripts see it; without one the status is 0, as there. */
export function responseValue(step: Step, { response, problem, ms }: Answer): Record<string, unknown> {
  let text: string | null = null
  let headers: Record<string, string> | null = null
  const body = () => (text ??= response?.text() ?? '')
  return {
    status: response?.status ?? 0,
    error: response === null ? problem : '',
    url: step.path,
    timings: { duration: ms, waiting: ms, connecting: 0, sending: 0, receiving: 0, blocked: 0 },
    get body() {
      return response === null ? null : body()
    },
    get headers() {
      return (headers ??= canonical(response?.headers ?? {}))
    },
    get cookies() {
      return cookiesOf(response?.headers['set-cookie'])
    },
    json: native((path?: unknown) => {
      let value: unknown
      try {
        value = JSON.parse(body())
      } catch {
        throw new ScriptError(`the answer to ${step.name} is not JSON`)
      }
      return path === undefined ? value : select(value, toText(path))
    }),
  }
}

/** `content-type` is `Content-Type` for a k6 script. */
function canonical(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase()),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

/** `data.items.0.id`, as k6's `json()` selects; `#` is the length of a list. */
function select(value: unknown, path: string): unknown {
  let at = value
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined
    if (key === '#' && Array.isArray(at)) at = at.length
    else at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined
  }
  return at
}

/** `{ sid: [{ name, value }] }`, as k6 lists the cookies that an answer sets. */
function cookiesOf(
  lines: string | readonly string[] = [],
): Record<string, { name: string; value: string }[]> {
  const pairs = [lines].flat().map((line) => /^\s*([^=;\s]+)=([^;]*)/.exec(line))
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair ? [[pair[1]!, [{ name: pair[1]!, value: pair[2]! }]]] : [])),
  )
}
