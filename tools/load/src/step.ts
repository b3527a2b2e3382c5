/** One request of a scenario, ready to be sent. */
export interface Step {
  /** Under which name it is counted: the route's pattern. */
  readonly name: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Name, value, name, value… */
  readonly headers: readonly string[]
  readonly body: string | Buffer | null
  /** The statuses that are right; null accepts every status below 400. */
  readonly expect: readonly number[] | null
}

/** What every request may carry. */
export interface StepOptions {
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON, with its content type. */
  json?: unknown
  /** Sent as it is. */
  body?: string | Buffer
  /** The statuses that are right; any other counts as an error. @default every status below 400 */
  expect?: number | readonly number[]
  /** Under which name the request is counted. @default the route's pattern */
  name?: string
}

const userAgent = ['user-agent', 'hotpath-load']

/** Builds a step; `defaultName` names it unless the options do. */
export function createStep(
  defaultName: string,
  { method, path }: { method: string; path: string },
  options: StepOptions,
): Step {
  const { json, expect, name = defaultName } = options
  const headers = Object.entries(options.headers ?? {}).flatMap(([key, value]) => [key.toLowerCase(), value])
  const has = (key: string) => headers.some((entry, index) => index % 2 === 0 && entry === key)
  if (!has('user-agent')) headers.push(...userAgent)
  if (json !== undefined && !has('content-type')) headers.push('content-type', 'application/json')
  return {
    name,
    method,
    path,
    headers,
    body: json === undefined ? (options.body ?? null) : JSON.stringify(json),
    expect: expect === undefined ? null : typeof expect === 'number' ? [expect] : expect,
  }
}

/**
 * Why an answer with `status` is an error of its step, or null when it is right.
 * A redirect is an answer: it is not followed.
 */
export function statusProblem(step: Step, status: number): string | null {
  const right = step.expect === null ? status < 400 : step.expect.includes(status)
  return right ? null : `status ${status}`
}
