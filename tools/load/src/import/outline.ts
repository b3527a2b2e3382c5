import type { Scenario } from '../scenario/scenario.ts'
import { createStep, type Step, type StepOptions } from '../scenario/step.ts'
import type { Session } from '../session/session.ts'

/** One request of an import that is known before the run, as data: it can be sent, and written as source. */
export interface OutlinedRequest {
  method: string
  /** `/items/:id`; a parameter fills a whole segment. */
  path: string
  params: Readonly<Record<string, string>>
  /** A name may stand twice. */
  query: readonly (readonly [string, string])[]
  headers: Readonly<Record<string, string>>
  body: Pick<StepOptions, 'json' | 'form' | 'multipart' | 'body'>
  /** What a person waited before it. */
  pauseMs: number
}

/** One session: its requests in their order. */
export interface OutlinedScenario {
  name: string
  requests: readonly OutlinedRequest[]
}

/** The step that a request is. */
export function stepOf({ method, path, params, query, headers, body }: OutlinedRequest): Step {
  const filled = path.replaceAll(/(?<=\/):(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]))
  const target = { method, path: search.size === 0 ? filled : `${filled}?${search.toString()}` }
  return createStep(`${method} ${path}`, target, { ...body, headers })
}

/** A scenario that sends what is outlined; a step that fails ends nothing: the next ones do not rest on it. */
export function scenarioOf({ name, requests }: OutlinedScenario, origin: string | null): Scenario {
  const steps = requests.map((request) => ({ step: stepOf(request), pauseMs: request.pauseMs }))
  const [only] = steps
  const run =
    steps.length === 1 ? () => only!.step : (session: Session): Promise<void> => sendAll(steps, session)
  return { name, weight: 1, origin, setup: null, run }
}

async function sendAll(steps: readonly { step: Step; pauseMs: number }[], session: Session): Promise<void> {
  for (const { step, pauseMs } of steps) {
    if (pauseMs > 0) await session.think(pauseMs / 1000)
    await session.attempt(step)
  }
}

/** A path as a pattern: numbers, UUIDs and long hexadecimal parts become parameters. */
export function patternOf(path: string): Pick<OutlinedRequest, 'path' | 'params'> {
  const params: Record<string, string> = {}
  const segments = path.split('/').map((segment) => {
    if (!/^(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{16,})$/i.test(segment)) return segment
    const count = Object.keys(params).length
    const name = count === 0 ? 'id' : `id${count + 1}`
    params[name] = segment
    return `:${name}`
  })
  return { path: segments.join('/'), params }
}
