import { compileJsonPath } from '../../session/json-path.ts'
import type { StepResponse } from '../../http/response.ts'
import { isRecord } from '../document.ts'

/** Reads a value from an answer; undefined when it is not there. */
type Reader = (response: StepResponse) => unknown

const longestBody = 10_000_000

/** Stores what the answer holds; returns the name of the first capture that found nothing, or null. */
export type Capture = (response: StepResponse | null, variables: Record<string, unknown>) => string | null

export function compileCaptures(given: readonly unknown[], skip: (what: string) => void): Capture {
  const captures = given.flatMap((capture) => {
    const reader = isRecord(capture) ? compileReader(capture) : null
    if (isRecord(capture) && reader !== null && typeof capture.as === 'string') {
      return [{ as: capture.as, reader, strict: capture.strict !== false }]
    }
    skip(`capture ${JSON.stringify(capture)}: only json, header and regexp with as are read`)
    return []
  })
  return (response, variables) => {
    for (const { as, reader, strict } of captures) {
      const value = response === null ? undefined : reader(response)
      if (value !== undefined) variables[as] = value
      else if (strict) return as
    }
    return null
  }
}

/** `json` (JSONPath), `header` or `regexp` (with `group`); null for what is not read. */
function compileReader(capture: Record<string, unknown>): Reader | null {
  if (typeof capture.json === 'string') {
    const read = compileJsonPath(capture.json)
    return read && ((response) => read(parsed(response)))
  }
  if (typeof capture.header === 'string') {
    const name = capture.header.toLowerCase()
    return ({ headers }) => headers[name]
  }
  return typeof capture.regexp === 'string'
    ? compilePattern(capture.regexp, capture.flags, capture.group)
    : null
}

function compilePattern(source: string, flags: unknown, group: unknown): Reader | null {
  try {
    const pattern = new RegExp(source, typeof flags === 'string' ? flags.replaceAll(/[gy]/g, '') : '')
    return (response) => {
      const found = pattern.exec(response.text().slice(0, longestBody))
      if (found === null) return undefined
      return typeof group === 'string'
        ? found.groups?.[group]
        : found[Number(group ?? (found.length > 1 ? 1 : 0))]
    }
  } catch {
    return null
  }
}

/** The body as JSON; undefined when it is none. */
export function parsed(response: StepResponse): unknown {
  try {
    return response.json()
  } catch {
    return undefined
  }
}
