import { errors } from '../errors.ts'
import { compileJsonPath } from './json-path.ts'
import type { StepResponse } from '../http/response.ts'

/** What is taken out of an answer, by a JSONPath, a header's name, a cookie's name or a regular expression. */
export type Capture = (
  | { json: string }
  | { header: string }
  | { cookie: string }
  /** Takes the group of that number, or the first, or the whole match where there is none. */
  | { regex: string | RegExp; group?: number }
) & {
  /** Whether an answer without it is right. @default false */
  optional?: boolean
}

/** Finds the value in an answer; undefined when it is not there. */
type Find = (response: StepResponse) => unknown

export interface CompiledCapture {
  name: string
  optional: boolean
  find: Find
}

/**
 * Prepares captures by the names of their variables.
 * @throws HP_LOAD_CAPTURE
 */
export function compileCaptures(captures: Readonly<Record<string, Capture>>): CompiledCapture[] {
  return Object.entries(captures).map(([name, capture]) => ({
    name,
    optional: capture.optional ?? false,
    find: compile(name, capture),
  }))
}

function compile(name: string, capture: Capture): Find {
  if ('json' in capture) {
    const path = compileJsonPath(capture.json)
    if (path === null) throw errors.HP_LOAD_CAPTURE({ name, problem: `cannot read the path ${capture.json}` })
    return (response) => path(response.json())
  }
  if ('header' in capture) {
    const header = capture.header.toLowerCase()
    return ({ headers }) => headers[header]
  }
  if ('cookie' in capture) return ({ headers }) => cookieOf(headers['set-cookie'], capture.cookie)
  if ('regex' in capture) {
    const regex = expression(name, capture.regex)
    const { group } = capture
    return (response) => {
      const found = regex.exec(response.text())
      return found === null ? undefined : found[group ?? Math.min(1, found.length - 1)]
    }
  }
  const problem = `${JSON.stringify(capture)} is none of json, header, cookie and regex`
  throw errors.HP_LOAD_CAPTURE({ name, problem })
}

/** Without the flags that make an expression remember its last place. */
function expression(name: string, given: string | RegExp): RegExp {
  try {
    return typeof given === 'string'
      ? new RegExp(given)
      : new RegExp(given.source, given.flags.replaceAll(/[gy]/g, ''))
  } catch (cause) {
    throw errors.HP_LOAD_CAPTURE({ name, problem: (cause as Error).message }, { cause })
  }
}

function cookieOf(lines: readonly string[] | undefined, name: string): string | undefined {
  const line = lines?.find((one) => one.startsWith(`${name}=`))
  return line?.slice(name.length + 1).split(';', 1)[0]
}
